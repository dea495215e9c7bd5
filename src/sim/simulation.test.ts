import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate } from './simulation.js';

const seeds = 40;
const operations = 400;

test(`[I1–I14] ${seeds} seeds of one event, two incarnations that fight for it, and everything that can break`, async () => {
  const faults: Record<string, number> = {};
  let accepted = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const report = await simulate(seed, operations).catch((error: unknown) => {
      throw new Error(`seed ${seed}`, { cause: error });
    });
    accepted += report.accepted;
    for (const [fault, count] of Object.entries(report.faults)) faults[fault] = (faults[fault] ?? 0) + count;
  }
  assert.ok(accepted > (seeds * operations) / 5, `too little was sold for the run to say anything: ${accepted}`);
  for (const fault of [
    'kill',
    'pause',
    'successor',
    'superseded',
    'wallJump',
    'outage',
    'disconnect',
    'late',
    'unknown',
    'refused',
  ]) {
    assert.ok((faults[fault] ?? 0) > 0, `the run never met a fault: ${fault}`);
  }
});

test('a seed decides everything: two runs leave the same trace', async () => {
  const [first, second] = [await simulate(7, 200), await simulate(7, 200)];
  assert.deepEqual(first, second);
  assert.notEqual(first.traceHash, (await simulate(8, 200)).traceHash);
});
