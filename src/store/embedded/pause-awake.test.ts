import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { systemTimers } from '../../lib/timers.js';
import { pauseAwake } from './pause-awake.js';

/** What a process prints that has nothing but this to do. */
function printed(program: string): string {
  const imports = ['./pause-awake.js', '../../lib/timers.js'].map((path) => new URL(path, import.meta.url).href);
  const text = `const [{ pauseAwake }, { systemTimers, pause }] = await Promise.all([import('${imports[0]}'), import('${imports[1]}')]);`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', `${text}\n${program}`], { encoding: 'utf8' }).stdout;
}

test('a process with nothing else to do lives through the pause, and ends after it', () => {
  assert.equal(printed("await pauseAwake(systemTimers, 20); console.log('on');"), 'on\n');
  assert.equal(
    printed("await pause(systemTimers, 20); console.log('on');"),
    '',
    'a timer alone does not keep it alive',
  );
});

test('a pause is cut short', async () => {
  await pauseAwake(systemTimers, 3_600_000, Promise.resolve());
});
