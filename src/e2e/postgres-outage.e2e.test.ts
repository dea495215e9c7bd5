import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { must } from '../lib/must.js';
import { systemRandom } from '../lib/random.js';
import { startTestServer, type TestServer } from '../store/testing/server.js';
import { Buyer } from './testing/buyer.js';
import { Installation } from './testing/installation.js';
import { assertJournalVerified, readJournal } from './testing/journal-text.js';
import { Sale, saleLimits, seatsOf } from './testing/sale.js';
import type { Guest } from './testing/venue.js';
import { WatchedMap } from './testing/watched-map.js';
import { readAnswer, rejected, WireClient } from './testing/wire-client.js';

// Postgres goes away under load and comes back. The server stays: for a moment it is late but right, after five seconds it says
// 503, and then it heals by itself.

const plan = { buyers: 10, lanes: 2, seatsPerLane: 40, contestedSeats: 6 };

let postgres: TestServer;
let installation: Installation;
let eventId: string;
let sale: Sale;
/** Watches through it all. */
let guest: Guest;
let bystander: WireClient;
let map: WatchedMap;

before(async () => {
  postgres = await startTestServer();
  installation = await Installation.start({ databaseUrl: postgres.url, env: { USHER_LOG_LEVEL: 'silent' } });
  eventId = await installation.createEvent({ seats: seatsOf(plan), limits: saleLimits });
  const guests = await Promise.all(Array.from({ length: plan.buyers }, () => installation.guest()));
  sale = new Sale(eventId, () => installation.liveUrl, guests, plan);
  guest = await installation.guest();
  bystander = await WireClient.connect(installation.liveUrl, guest.token);
  map = new WatchedMap(eventId);
  await map.watch(bystander);
  sale.start();
  await sale.accepts(200);
});

after(async () => {
  await installation.remove();
  await postgres.remove();
});

interface Health {
  readonly dependencies: readonly { readonly name: string; readonly state: string }[];
}

/** Asks until the probe answers with this status. */
async function health(probe: 'live' | 'ready', status: number): Promise<Health> {
  for (;;) {
    const reply = await installation.admin('GET', `/health/${probe}`);
    if (reply.status === status) return reply.body as Health;
  }
}

test('Postgres stopped -m immediate and started again: answers are late but right', async () => {
  for (let outage = 1; outage <= 2; outage += 1) {
    await postgres.stop('immediate');
    await postgres.start();
    await sale.accepts(200);
  }
  await health('ready', 200);
});

test('Postgres away for longer: 503 unavailable, said by health too, and everything goes on when it is back', async () => {
  await postgres.stop('immediate');

  const commandId = systemRandom.id(12);
  const ask = (on: WireClient) => on.hold(eventId, commandId, [0]);
  const unknown = rejected(await ask(bystander), '503 unavailable');
  assert.ok(must(unknown.details.retryAfterMs, 'retryAfterMs') > 0);
  const stranger = await WireClient.connect(installation.liveUrl, (await installation.guest()).token, 'usher.v1.json');
  const [holds, subscribed, seats] = await Promise.all([
    bystander.myHolds(eventId),
    stranger.ask(2, eventId, null),
    installation.live('GET', `/v1/events/${eventId}/seats`),
  ]);
  rejected(holds, '503 unavailable');
  rejected(readAnswer(subscribed), '503 unavailable');
  assert.deepEqual([seats.status, (seats.body as { code: string }).code], [503, 'unavailable']);
  assert.ok(Number(seats.headers.get('retry-after')) > 0);
  await stranger.close();

  const { dependencies } = await health('ready', 503);
  assert.equal(dependencies.find(({ name }) => name === 'postgres')?.state, 'down');
  await health('live', 200);

  await postgres.start();
  await sale.accepts(200);
  await health('ready', 200);
  assert.equal(installation.server.process.exitCode, null, 'it is the same process');
  // What was unknown is resolved by the same commandId.
  const buyer = new Buyer(() => installation.liveUrl, guest, 'usher.v1.json');
  sale.ledger.note(guest.holderId, commandId, 'SeatsHeld', await buyer.settle(ask));
  await buyer.leave();
});

test('[I6] [I7] [I14] nothing was lost and nothing came into being', async () => {
  await sale.stop();
  const journal = await readJournal(installation, eventId);
  await map.reached(must(journal.at(-1), 'the last change').seq);
  map.assertSound();
  const { states } = await installation.seats(eventId);
  assert.deepEqual(map.states, states);
  sale.ledger.assertEquals(journal, states);
  assert.ok(sale.unknowns > 0);
  await assertJournalVerified(installation);
});
