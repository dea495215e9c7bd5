import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { succeeds } from './step.js';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * The browser that tests run in: `CHROMIUM_PATH`, or what is on the PATH. Root on Debian has it installed.
 * @throws Error says what to install
 */
export async function findChromium(): Promise<string> {
  const given = process.env['CHROMIUM_PATH'];
  if (given !== undefined && given !== '') {
    if (existsSync(given)) return given;
    throw new Error(`Cannot test in Chromium as CHROMIUM_PATH names no file: value is ${given}`);
  }
  const found = onPath();
  if (found !== null) return found;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    console.log('Installing the package chromium');
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    if (await succeeds('apt-get', ['update', '-qq'], environment)) {
      await succeeds('apt-get', ['install', '-qq', '-y', '--no-install-recommends', 'chromium'], environment);
    }
  }
  const installed = onPath();
  if (installed !== null) return installed;
  throw new Error('Cannot test in Chromium as it is missing: install the package chromium, or set CHROMIUM_PATH');
}

function onPath(): string | null {
  for (const name of names) {
    const { status, stdout } = spawnSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
    if (status === 0) return stdout.trim();
  }
  return null;
}
