import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { must } from '../lib/must.js';
import { Installation } from './testing/installation.js';
import { assertJournalVerified, readJournal } from './testing/journal-text.js';
import { Sale, saleLimits, seatsOf } from './testing/sale.js';
import { WatchedMap } from './testing/watched-map.js';
import { subprotocols, WireClient } from './testing/wire-client.js';

// The process is killed in the middle of a sale, three times, on the same data folder. Buyers come back and ask again, under the
// same commandIds, for what had no answer.

const kills = 3;
const plan = { buyers: 20, lanes: 2, seatsPerLane: 30, contestedSeats: 8 };

let installation: Installation;

before(async () => {
  installation = await Installation.start({ env: { USHER_SHARDS: '2' } });
});

after(() => installation.remove());

test('[I6] [I7] kill -9 under load: what was accepted is there, what was refused is not, what was unknown is resolved', async () => {
  // Two events, so that both shards are in the middle of something.
  const guests = await Promise.all(Array.from({ length: plan.buyers }, () => installation.guest()));
  const sales = await Promise.all(
    [guests.slice(0, plan.buyers / 2), guests.slice(plan.buyers / 2)].map(async (buyers) => {
      const ownPlan = { ...plan, buyers: buyers.length };
      const eventId = await installation.createEvent({ seats: seatsOf(ownPlan), limits: saleLimits });
      return { eventId, sale: new Sale(eventId, installation.liveUrl, buyers, ownPlan), map: new WatchedMap(eventId) };
    }),
  );
  const watch = async (): Promise<void> => {
    const { token } = await installation.guest();
    for (const [at, { map }] of sales.entries()) {
      await map.watch(await WireClient.connect(installation.liveUrl, token, subprotocols[at]), map.snapshots > 0);
    }
  };
  await watch();
  for (const { sale } of sales) sale.start();

  for (let kill = 1; kill <= kills; kill += 1) {
    await Promise.all(sales.map(({ sale }) => sale.accepts(300)));
    await installation.stop('SIGKILL');
    await installation.startAgain();
    await watch();
  }
  await Promise.all(sales.map(({ sale }) => sale.accepts(300)));
  await Promise.all(sales.map(({ sale }) => sale.stop()));

  await assertJournalVerified(installation);
  for (const { eventId, sale, map } of sales) {
    const journal = await readJournal(installation, eventId);
    await map.reached(must(journal.at(-1), 'the last change').seq);
    map.assertSound();
    assert.equal(map.snapshots, 1, 'the replay window is kept across restarts');
    const { position, states } = await installation.seats(eventId);
    assert.deepEqual(map.position, position);
    assert.deepEqual(map.states, states);
    sale.ledger.assertEquals(journal, states);
    assert.ok(sale.ledger.refusedCount > 0 && sale.unknowns > 0, 'the sale had rivals, and something was unknown');
    const epochs = new Set(journal.map((line) => line.epoch));
    assert.ok(epochs.size > kills, 'each activation has an epoch of its own');
  }
});
