import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { must } from '../lib/must.js';
import { systemRandom } from '../lib/random.js';
import { emptyTestDatabase, type TestDatabase } from '../store/testing/postgres.js';
import { Installation } from './testing/installation.js';
import { assertJournalVerified, readJournal } from './testing/journal-text.js';
import { Sale, saleLimits, seatsOf } from './testing/sale.js';
import { WatchedMap } from './testing/watched-map.js';
import { accepted, WireClient } from './testing/wire-client.js';

// A server is suspended in the middle of a sale, as a virtual machine may be, and another is started in its place. When the first
// wakes, full of commands and of decisions that it had not committed, it must not say a word that is not so.

const plan = { buyers: 10, lanes: 3, seatsPerLane: 30, contestedSeats: 6 };

let database: TestDatabase;
let suspended: Installation;
let successor: Installation | null = null;

before(async () => {
  database = await emptyTestDatabase();
  suspended = await Installation.start({ databaseUrl: database.url, env: { USHER_LOG_LEVEL: 'silent' } });
});

after(async () => {
  await suspended.remove();
  await successor?.remove();
  await database.drop();
});

test('[I6] [I7] [I8] a superseded server that wakes from a pause accepts nothing more and ends', async () => {
  const eventId = await suspended.createEvent({ seats: seatsOf(plan), limits: saleLimits });
  const guests = await Promise.all(Array.from({ length: plan.buyers }, () => suspended.guest()));
  const sale = new Sale(eventId, () => (successor ?? suspended).liveUrl, guests, plan);
  sale.start();
  await sale.accepts(300);
  suspended.server.process.kill('SIGSTOP');

  const next = await suspended.startSuccessor();
  successor = next;
  // It sells at once: what it needs of the other stands in the journal.
  const guest = await next.guest();
  const client = await WireClient.connect(next.liveUrl, guest.token);
  const map = new WatchedMap(eventId);
  await map.watch(client);
  const free = map.states.flatMap((state, seat) => (state === 0 && seat >= plan.contestedSeats ? [seat] : []));
  const commandId = systemRandom.id(12);
  const seat = must(free[0], 'a free seat');
  const held = await client.hold(eventId, commandId, [seat]);
  sale.ledger.note(guest.holderId, commandId, 'SeatsHeld', held);
  const { holdId } = accepted(held).body;
  const releaseId = systemRandom.id(12);
  sale.ledger.note(
    guest.holderId,
    releaseId,
    'HoldReleased',
    accepted(await client.release(eventId, releaseId, holdId)),
  );

  const ended = once(suspended.server.process, 'exit');
  suspended.server.process.kill('SIGCONT');
  assert.deepEqual(await ended, [1, null]);
  await sale.accepts(300);
  await sale.stop();

  const journal = await readJournal(next, eventId);
  await map.reached(must(journal.at(-1), 'the last change').seq);
  map.assertSound();
  const { states } = await next.seats(eventId);
  assert.deepEqual(map.states, states);
  sale.ledger.assertEquals(journal, states);
  await assertJournalVerified(next);
  await client.close();
});
