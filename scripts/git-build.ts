import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { UsageError } from '../src/lib/usage-error.js';

/** A program to run nodes with. */
export interface Build {
  /** As people say it: a tag, a commit, `working tree`. */
  readonly name: string;
  readonly mainFile: string;
  remove(): void;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** What was built before this program was started. */
export const workingTree: Build = {
  name: 'working tree',
  mainFile: join(root, 'dist/src/main.js'),
  remove: () => undefined,
};

/** The newest release tag below this commit; null: there is none, or it was not fetched. */
export async function lastRelease(): Promise<string | null> {
  try {
    const { stdout } = await run('git', ['describe', '--tags', '--abbrev=0', '--match', 'v[0-9]*'], { cwd: root });
    return stdout.trim();
  } catch {
    return null;
  }
}

/**
 * Builds what git has under that name, in a folder of its own, with the packages of this checkout.
 * @throws UsageError
 */
export async function buildOf(ref: string): Promise<Build> {
  const commit = await commitOf(ref);
  const folder = mkdtempSync(join(tmpdir(), 'usher-build-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    await unpack(commit, folder);
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    await run(process.execPath, ['scripts/build.mjs'], { cwd: folder });
  } catch (error) {
    remove();
    throw new UsageError(`Cannot build ${ref}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const short = commit.slice(0, 7);
  const name = commit.startsWith(ref) ? short : `${ref} (${short})`;
  return { name, mainFile: join(folder, 'dist/src/main.js'), remove };
}

async function commitOf(ref: string): Promise<string> {
  try {
    const { stdout } = await run('git', ['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`], {
      cwd: root,
    });
    return stdout.trim();
  } catch {
    throw new UsageError(
      `Cannot build ${ref} as git knows no such commit: name another, or fetch it (git fetch --unshallow --tags)`,
    );
  }
}

async function unpack(commit: string, folder: string): Promise<void> {
  const archive = spawn('git', ['archive', commit], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const tar = spawn('tar', ['-x', '-C', folder], { stdio: ['pipe', 'inherit', 'inherit'] });
  const ended = Promise.all([once(archive, 'exit'), once(tar, 'exit')]);
  await pipeline(archive.stdout, tar.stdin);
  for (const [code] of await ended) if (code !== 0) throw new Error(`git archive or tar ended with ${String(code)}`);
}
