import { existsSync } from 'node:fs';
import { findProgram } from './debian-package.js';

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
  const found = await findProgram(names, 'chromium');
  if (found !== null) return found;
  throw new Error('Cannot test in Chromium as it is missing: install the package chromium, or set CHROMIUM_PATH');
}
