import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { must } from '../lib/must.js';
import { postmasterOf } from './testing/frozen-postgres.js';
import { Installation } from './testing/installation.js';
import { assertJournalVerified, readJournal } from './testing/journal-text.js';
import { Sale, saleLimits, seatsOf } from './testing/sale.js';
import { WatchedMap } from './testing/watched-map.js';
import { subprotocols, WireClient } from './testing/wire-client.js';

// One sale, one data folder, and one disaster after the other in the middle of it. Buyers come back and ask again, under the same
// commandIds, for what had no answer.

const plan = { buyers: 10, lanes: 2, seatsPerLane: 40, contestedSeats: 6 };

let installation: Installation;

before(async () => {
  installation = await Installation.start({ env: { USHER_SHARDS: '2', USHER_LOG_LEVEL: 'silent' } });
});

after(() => installation.remove());

const disasters: Readonly<Record<string, () => Promise<void>>> = {
  'kill -9': async () => {
    await installation.stop('SIGKILL');
    await installation.startAgain();
  },
  'kill -9, again': async () => {
    await installation.stop('SIGKILL');
    await installation.startAgain();
  },
  'kill -9 of the server and of its Postgres': async () => {
    process.kill(postmasterOf(installation.server.dataDir), 'SIGKILL');
    await installation.stop('SIGKILL');
    await installation.startAgain();
  },
  'its Postgres alone is killed, and the server starts it again': async () => {
    process.kill(postmasterOf(installation.server.dataDir), 'SIGKILL');
  },
  SIGTERM: async () => {
    assert.equal(await installation.stop('SIGTERM'), 0);
    await installation.startAgain();
  },
};

test('[I6] [I7] disasters under load: what was accepted is there, what was refused is not, what was unknown is resolved', async (context) => {
  // Two events, so that both shards are in the middle of something.
  const sales = await Promise.all(
    [1, 2].map(async () => {
      const guests = await Promise.all(Array.from({ length: plan.buyers }, () => installation.guest()));
      const eventId = await installation.createEvent({ seats: seatsOf(plan), limits: saleLimits });
      return {
        eventId,
        sale: new Sale(eventId, () => installation.liveUrl, guests, plan),
        map: new WatchedMap(eventId),
      };
    }),
  );
  const accept = (commands: number): Promise<unknown> => Promise.all(sales.map(({ sale }) => sale.accepts(commands)));
  const { token } = await installation.guest();
  let client: WireClient | null = null;
  const watch = async (): Promise<void> => {
    if (client !== null && !client.isClosed) return;
    client = await WireClient.connect(installation.liveUrl, token, subprotocols[0]);
    for (const { map } of sales) await map.watch(client, map.snapshots > 0);
  };

  await watch();
  for (const { sale } of sales) sale.start();
  await accept(200);
  for (const [name, strike] of Object.entries(disasters)) {
    await context.test(name, async () => {
      await strike();
      await watch();
      await accept(200);
    });
  }
  for (const { sale } of sales) await sale.stop();

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
    assert.ok(sale.ledger.refusedCount > 0 && sale.unknowns > 0, 'there were rivals, and something was unknown');
    const epochs = new Set(journal.map((line) => line.epoch));
    assert.ok(epochs.size >= 4, 'each activation has an epoch of its own');
  }
});
