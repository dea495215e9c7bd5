import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { succeeds } from './step.js';

/** A program that tests need: what is on the PATH under one of the names. Root on Debian has the package installed. Null: it is missing. */
export async function findProgram(names: readonly string[], packageName: string): Promise<string | null> {
  const found = onPath(names);
  if (found !== null) return found;
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return null;
  console.log(`Installing the package ${packageName}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  if (await succeeds('apt-get', ['update', '-qq'], environment)) {
    await succeeds('apt-get', ['install', '-qq', '-y', '--no-install-recommends', packageName], environment);
  }
  return onPath(names);
}

function onPath(names: readonly string[]): string | null {
  for (const name of names) {
    const { status, stdout } = spawnSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
    if (status === 0) return stdout.trim();
  }
  return null;
}
