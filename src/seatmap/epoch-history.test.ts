import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { InvariantError } from '../lib/assert.js';
import { EpochHistory } from './epoch-history.js';

/** How many changes each epoch made, epochs with gaps between. */
const activations = fc.array(fc.record({ changes: fc.integer({ min: 1, max: 5 }), skipped: fc.nat(3) }), {
  minLength: 1,
  maxLength: 60,
});

function historyOf(story: readonly { changes: number; skipped: number }[]): {
  history: EpochHistory;
  epochs: number[];
} {
  const history = new EpochHistory();
  const epochs: number[] = [];
  let epoch = 0;
  for (const { changes, skipped } of story) {
    epoch += 1 + skipped;
    for (let change = 0; change < changes; change += 1) {
      epochs.push(epoch);
      history.record(epochs.length, epoch);
    }
  }
  return { history, epochs };
}

test('[I8] every change has the epoch that made it', () => {
  fc.assert(
    fc.property(activations, (story) => {
      const { history, epochs } = historyOf(story);
      assert.deepEqual(
        epochs.map((_, index) => history.epochOf(index + 1)),
        epochs,
      );
      assert.equal(history.epochOf(0), undefined);
    }),
  );
});

test('what is remembered keeps its epoch when others are forgotten, and the last one stays', () => {
  fc.assert(
    fc.property(activations, fc.array(fc.nat()), (story, picks) => {
      const { history, epochs } = historyOf(story);
      const remembered = picks.map((pick) => 1 + (pick % epochs.length));
      history.keepOnly(remembered);
      for (const seq of [...remembered, epochs.length]) assert.equal(history.epochOf(seq), epochs[seq - 1]);
      const kept = new Set([...remembered.map((seq) => epochs[seq - 1]), epochs.at(-1)]);
      assert.equal(history.neededFor(remembered).length, kept.size);
    }),
  );
});

test('a history is long after a thousand epochs, and again once it has doubled', () => {
  const history = new EpochHistory();
  for (let seq = 1; seq <= 1_024; seq += 1) history.record(seq, seq);
  assert.equal(history.isLong, false);
  history.record(1_025, 1_025);
  assert.equal(history.isLong, true);
  history.keepOnly(Array.from({ length: 1_025 }, (_, index) => index + 1));
  assert.equal(history.isLong, false);
});

test('[I8] epochs and seqs that fall are refused', () => {
  const history = new EpochHistory();
  history.record(5, 3);
  assert.throws(() => history.record(6, 2), InvariantError);
  assert.throws(() => history.record(5, 4), InvariantError);
});
