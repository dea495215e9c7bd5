// Builds dist/: TypeScript by tsc, SQL beside it, the web page by esbuild. Prints nothing when all is well.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const compile = spawnSync('node_modules/.bin/tsc', ['-p', '.'], { stdio: 'inherit' });
if (compile.status !== 0) process.exit(compile.status ?? 1);

rmSync('dist/src/store/migrations', { recursive: true, force: true });
cpSync('src/store/migrations', 'dist/src/store/migrations', { recursive: true });
for (const recordings of ['protocol', 'journal/testing', 'actor/testing', 'cluster/testing', 'shard/testing']) {
  rmSync(`dist/src/${recordings}/golden`, { recursive: true, force: true });
  cpSync(`src/${recordings}/golden`, `dist/src/${recordings}/golden`, { recursive: true });
}

if (existsSync('src/web/page.ts')) {
  const { build } = await import('esbuild');
  rmSync('dist/web', { recursive: true, force: true });
  cpSync('src/web/static', 'dist/web', { recursive: true });
  await build({
    entryPoints: ['src/web/page.ts'],
    outdir: 'dist/web',
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    sourcemap: true,
    logLevel: 'warning',
  });
}
