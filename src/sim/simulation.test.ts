import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawWorld } from './draw.js';
import { withoutRealWorld } from './real-world-guard.js';
import { regressions } from './regressions.js';
import { simulate } from './simulation.js';
import { sometimesNames } from './sometimes.js';

const seeds = 80;
const operations = 600;

test(`[I1–I14] ${seeds} seeds, each with a world of its own, and everything that can break`, async () => {
  const met = new Set<string>();
  let accepted = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const report = await simulate(seed, operations).catch((error: unknown) => {
      throw new Error(`seed ${seed}: npm run simulate -- --seed ${seed} --seeds 1 --ops ${operations}`, {
        cause: error,
      });
    });
    accepted += report.accepted;
    for (const name of Object.keys(report.sometimes)) met.add(name);
  }
  assert.ok(accepted > (seeds * operations) / 5, `too little was sold for the run to say anything: ${accepted}`);
  // The rarest few are for the big run, which `--all-sometimes` holds to all of them.
  const never = sometimesNames.filter((name) => !met.has(name));
  assert.ok(never.length <= 2, `the run never met: ${never.join(', ')}`);
});

test('a seed decides everything: two runs leave the same trace', async () => {
  const [first, second] = [await simulate(7, 300), await simulate(7, 300)];
  assert.deepEqual(first, second);
  assert.notEqual(first.traceHash, (await simulate(8, 300)).traceHash);
});

test('a seed draws its world: the same again, another one for another seed', () => {
  assert.deepEqual(drawWorld(3, 100), drawWorld(3, 100));
  assert.notDeepEqual(drawWorld(3, 100), drawWorld(4, 100));
});

for (const { seed, operations: each, found } of regressions) {
  test(`seed ${seed}, which once found: ${found}`, async () => {
    await simulate(seed, each);
  });
}

test('inside a simulation the real clock, timers and randomness throw, and are back after it', async () => {
  const reals = (): unknown[] =>
    [Date, performance, Math, globalThis].map((holder) => Object.getOwnPropertyDescriptors(holder));
  const before = reals();
  const escapes: (() => unknown)[] = [
    () => Date.now(),
    () => performance.now(),
    () => Math.random(),
    () => setTimeout(() => undefined, 0),
    () => setInterval(() => undefined, 1_000),
    () => setImmediate(() => undefined),
    () => process.hrtime(),
    () => crypto.randomUUID(),
  ];
  await withoutRealWorld(async () => {
    await Promise.resolve();
    for (const escape of escapes) assert.throws(escape, /Cannot use the real world inside a simulation/);
  });
  await assert.rejects(
    withoutRealWorld(() => Promise.reject(new Error('a violation'))),
    /a violation/,
  );
  assert.deepEqual(reals(), before);
  for (const escape of escapes.slice(0, 3)) assert.equal(typeof escape(), 'number');
});
