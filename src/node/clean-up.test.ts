import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Log } from '../observability/log.js';
import { CleanUp } from './clean-up.js';

function scene(): { cleanUp: CleanUp; done: string[]; warnings: string[]; step: (what: string) => void } {
  const warnings: string[] = [];
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (_, message) => warnings.push(message),
    error: () => undefined,
    child: () => log,
  };
  const cleanUp = new CleanUp(log);
  const done: string[] = [];
  const step = (what: string): void => {
    cleanUp.add(what, async () => {
      done.push(`${what} begins`);
      await Promise.resolve();
      done.push(`${what} ends`);
    });
  };
  return { cleanUp, done, warnings, step };
}

test('what was started last ends first, one after the other', async () => {
  const { cleanUp, done, step } = scene();
  for (const what of ['the database', 'the shards', 'the gateway']) step(what);
  await cleanUp.run();
  assert.deepEqual(done, [
    'the gateway begins',
    'the gateway ends',
    'the shards begins',
    'the shards ends',
    'the database begins',
    'the database ends',
  ]);
});

test('a step that fails is told of, and the others have their turn', async () => {
  const { cleanUp, done, warnings, step } = scene();
  step('the database');
  cleanUp.add('the shards', () => Promise.reject(new Error('stuck')));
  step('the gateway');
  await cleanUp.run();
  assert.deepEqual(done, ['the gateway begins', 'the gateway ends', 'the database begins', 'the database ends']);
  assert.deepEqual(warnings, ['Cannot end the shards in order']);
});

test('each step runs once, also where two ask for it', async () => {
  const { cleanUp, done, step } = scene();
  step('the database');
  step('the gateway');
  await Promise.all([cleanUp.run(), cleanUp.run()]);
  await cleanUp.run();
  assert.equal(done.length, 4);
});
