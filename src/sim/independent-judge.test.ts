import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plant, type PlantedBug } from '../lib/planted.js';
import { simulate } from './simulation.js';

// The checker that shares no code with the server, over simulations: alone it sees mistakes that the simulation's own checks
// are there to see.

const operations = 500;
const seeds = 8;

/** What the independent checker alone says of the first seed that it objects to; null where it objects to none. */
async function objection(bug: PlantedBug): Promise<string | null> {
  plant(bug);
  try {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const message = await simulate(seed, operations, { own: false, independent: true }).then(
        () => null,
        (error: unknown) => String(error),
      );
      if (message?.includes('the independent checker objects') === true) return message;
    }
    return null;
  } finally {
    plant(null);
  }
}

const planted: readonly (readonly [PlantedBug, RegExp])[] = [
  ['sealed-batch-changed', /I13, change \d+: booking \S+ is not in the tables/],
  [
    'ids-forgotten-at-recovery',
    /I7, change \d+: (a command that had been accepted as change \d+ was refused|command \S+ takes effect again)/,
  ],
  ['refusal-remembered', /I10: idempotency_mismatch between changes/],
  ['due-after-deadline', /I4: the event is to be woken at \d+, and a hold ends at/],
  ['foreign-hold-released', /I10: hold_ended between changes .* the holder never had such a hold/],
  ['delta-lost-at-resume', /I14, change \d+: seat \d+ is [01] at \d+, and should be [01]/],
  ['dirty-mark-kept', /I14, change \d+: seat \d+ is [01] at \d+, and should be [01]/],
];

for (const [bug, expected] of planted) {
  test(`the independent checker alone sees a planted bug: ${bug}`, async () => {
    assert.match((await objection(bug)) ?? 'it objects to nothing', expected);
  });
}

test('it finds nothing where nothing is planted', async () => {
  for (let seed = 1; seed <= seeds; seed += 1) await simulate(seed, operations, { own: true, independent: true });
});
