// Run after each `npm install` that changes package-lock.json.
//
// A registry mirror that lacks the binaries of other platforms makes npm leave their entries out of the lock file, and
// then `npm ci` refuses that lock file everywhere. This adds the entries by name and version; npm reads `os` and `cpu` and
// fetches only what fits the machine.
import { readFileSync, writeFileSync } from 'node:fs';

const lockPath = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(lockPath, 'utf8'));
const packages = lock.packages;

const operatingSystems = {
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  openharmony: 'openharmony',
  win32: 'win32',
  windows: 'win32',
};
const processors = ['arm64', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'arm'];

function platformOf(name) {
  const words = name.split(/[-/]/);
  const os = words.map((word) => operatingSystems[word]).find(Boolean);
  const cpu = processors.find((processor) => words.includes(processor));
  if (os === undefined || cpu === undefined) return undefined;
  const libc = words.includes('musl') ? { libc: ['musl'] } : words.includes('gnu') ? { libc: ['glibc'] } : {};
  return { os: [os], cpu: [cpu], ...libc };
}

let added = 0;
for (const parent of Object.values(packages)) {
  for (const [name, range] of Object.entries(parent.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    if (packages[path] !== undefined) continue;
    const platform = platformOf(name);
    if (platform === undefined)
      throw new Error(`Cannot complete the lock file as the platform of a package is not in its name: ${name}`);
    packages[path] = {
      version: range.replace(/^[\^~]/, ''),
      ...platform,
      ...(parent.dev ? { dev: true } : {}),
      optional: true,
    };
    added += 1;
  }
}

lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(lockPath, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json: ${added} entries of other platforms added`);
