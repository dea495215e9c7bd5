import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvariantError } from '../lib/assert.js';
import { assertGatewayLimits, gatewayLimits } from './limits.js';

test('the limits hold together, and a change that breaks a relation is refused', () => {
  assertGatewayLimits();
  for (const broken of [
    { helloTimeoutMs: 500 },
    { pingAfterMs: 100_000 },
    { closeAfterSilenceMs: 1_000_000 },
    { pendingPerNodeMax: 65_535 },
    { pendingPerNodeMax: 1024 },
    { sendQueueBytesSoft: 1024 * 1024 },
    { sendQueueAgeSoftMs: 40_000 },
    { badFramesMax: 200 },
    { commandBodyBytesMax: 1024 },
    { restReadsMax: 10_000 },
    { restPendingPerHolderMax: 10_000 },
    { integratorUnknownForMs: 6000 },
    { integratorKnownForMs: 60_000 },
  ]) {
    assert.throws(() => assertGatewayLimits({ ...gatewayLimits, ...broken }), InvariantError, JSON.stringify(broken));
  }
});
