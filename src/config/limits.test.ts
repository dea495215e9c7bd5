import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InvariantError } from '../lib/assert.js';
import { assertLimits, limits } from './limits.js';

describe('limits', () => {
  test('fit together', () => assertLimits());

  const wrong: Partial<Record<keyof typeof limits, number>>[] = [
    { pendingPerSocketMax: limits.mailboxCommandsMax + 1 },
    { batchEntriesMax: limits.replayWindowChanges + 1 },
    { rememberedIdsMax: 99_999 },
    { heartbeatMs: 1000 },
    { shardSilenceMaxMs: limits.answerTimeoutMs },
    { recoveryGraceMs: limits.answerTimeoutMs },
    { dueScanMs: 1001 },
    { coalesceMinMs: 1001 },
    { coalesceMaxMs: 1001 },
    { sendQueueBytesMax: 100_000 },
    { seatsPerOperationMax: 200_000 },
    { chartBytesMax: 1024 * 1024 },
    { actorsMax: 0 },
    { actorsMax: Number.NaN },
    { actorsMax: 1.5 },
  ];
  for (const change of wrong) {
    test(`refuse ${JSON.stringify(change)}`, () => {
      assert.throws(() => assertLimits({ ...limits, ...change }), InvariantError);
    });
  }
});
