/** Checks the structure of the tree. Prints one line for each violation and exits with 1 when there is any. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkDependencies, checkFiles } from './structure-rules.js';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => `${folder}/${path}`)
    .sort();
}

const sources = filesBelow('src', '.ts').map((path) => ({ path, text: readFileSync(path, 'utf8') }));
const decisions = filesBelow('docs/decisions', '.md').map((path) => readFileSync(path, 'utf8'));
const manifest: { dependencies: object; devDependencies: object } = JSON.parse(readFileSync('package.json', 'utf8'));
const dependencies = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)];

const violations = [...checkFiles(sources), ...checkDependencies(dependencies, decisions.join('\n'))];
for (const { path, line, rule } of violations) console.log(`${path}:${line} ${rule}`);
console.log(`${sources.length} files of src, ${violations.length} violations of the structure rules`);
process.exitCode = violations.length === 0 ? 0 : 1;
