import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { standingConfigurationOf } from '../src/seatmap/testing/hall.js';
import { checkEvent } from './check.js';
import { refusalOf } from './history.js';
import { parseOperation } from './history-line.js';
import { drawFrom } from './testing/draw.js';
import { SoundRun } from './testing/sound-run.js';

function runOf(seed: number, steps: number): SoundRun {
  const draw = drawFrom(seed);
  const onSaleAtMs = draw(4) === 0 ? 1_000_300 : null;
  const closesAtMs = draw(4) === 0 ? 1_004_000 : null;
  const configuration = standingConfigurationOf({ onSaleAtMs, closesAtMs, holdTtlMs: 500 + draw(1_500) });
  const run = new SoundRun(draw, configuration);
  for (let step = 0; step < steps; step += 1) run.step();
  run.finish();
  return run;
}

test('[I1] … [I14] a server without fault breaks nothing, whatever its clients do', () => {
  const codes = new Map<string, number>();
  const ops = new Map<string, number>();
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const run = runOf(seed, 300);
      const { eventId, rows, operations } = run;
      const verdict = checkEvent(
        { eventId, rows, tables: run.tables() },
        { operations, isComplete: true, clockToleranceMs: 0 },
      );
      assert.deepStrictEqual(verdict.violations, []);
      assert.equal(verdict.entries, run.map.seq);
      assert.equal(verdict.operations, operations.length);
      for (const operation of operations) {
        ops.set(operation.op, (ops.get(operation.op) ?? 0) + 1);
        const code = refusalOf(operation)?.code;
        if (code !== undefined) codes.set(code, (codes.get(code) ?? 0) + 1);
      }
    }),
    { numRuns: 150 },
  );
  // The run would prove little if it had not seen them all.
  const seen = [...codes.keys()].sort();
  const all = [
    'hold_ended',
    'idempotency_mismatch',
    'limit_exceeded',
    'not_available',
    'not_on_sale',
    'seat_taken',
    'unknown_area',
    'unknown_hold',
    'unknown_seat',
  ];
  assert.deepStrictEqual(seen, all);
  assert.equal(ops.size, 13);
});

test('a history survives being written as lines', () => {
  for (const operation of runOf(7, 200).operations) {
    assert.deepEqual(parseOperation(JSON.stringify(operation)), JSON.parse(JSON.stringify(operation)));
  }
});
