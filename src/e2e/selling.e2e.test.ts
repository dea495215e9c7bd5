import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { must } from '../lib/must.js';
import { systemRandom } from '../lib/random.js';
import { emptyTestDatabase, type TestDatabase } from '../store/testing/postgres.js';
import { Installation } from './testing/installation.js';
import { assertJournalVerified, readJournal } from './testing/journal-text.js';
import { Sale, saleLimits, seatsOf, timeless } from './testing/sale.js';
import type { Guest } from './testing/venue.js';
import { WatchedMap } from './testing/watched-map.js';
import { accepted, type Frame, rejected, type Subprotocol, subprotocols, WireClient } from './testing/wire-client.js';

// What buyers do to each other, seen from their sockets: the server is a process of its own, the clients know the wire alone.

let database: TestDatabase;
let installation: Installation;

before(async () => {
  database = await emptyTestDatabase();
  installation = await Installation.start({ databaseUrl: database.url });
});

after(async () => {
  await installation.remove();
  await database.drop();
});

const newCommandId = (): string => systemRandom.id(12);

async function connect(guest: Guest, subprotocol: Subprotocol = 'usher.v1.msgpack'): Promise<WireClient> {
  return WireClient.connect(installation.liveUrl, guest.token, subprotocol);
}

async function newBuyer(subprotocol?: Subprotocol): Promise<WireClient> {
  return connect(await installation.guest(), subprotocol);
}

test('[I1] 100 rivals for one seat: one has it, the others get 409 seat_taken with the seat', async () => {
  const eventId = await installation.createEvent({ seats: 10 });
  const rivals = await Promise.all(Array.from({ length: 100 }, (_, at) => newBuyer(subprotocols[at % 2])));
  const answers = await Promise.all(rivals.map((rival) => rival.hold(eventId, newCommandId(), [3])));

  const winners = answers.filter((answer) => answer.kind === 'accepted');
  assert.equal(winners.length, 1);
  const [winner] = winners.map((answer) => accepted(answer));
  assert.deepEqual(winner?.body.seats, [3]);
  for (const answer of answers) {
    if (answer.kind === 'rejected') assert.deepEqual(rejected(answer, '409 seat_taken').details.seats, [3]);
  }

  const winnerAt = answers.findIndex((answer) => answer.kind === 'accepted');
  const holds = await Promise.all(rivals.map((rival) => rival.myHolds(eventId)));
  for (const [at, answer] of holds.entries()) {
    const expected: string[] = at === winnerAt ? [must(winner, 'the winner').body.holdId] : [];
    assert.deepEqual(
      accepted(answer).body.holds.map((hold) => hold.holdId),
      expected,
    );
  }
  await Promise.all(rivals.map((rival) => rival.close()));
});

test('[I9] a hold of several seats is all or nothing, and the refusal lists those that are not free', async () => {
  const eventId = await installation.createEvent({ seats: 10 });
  const [ann, bob] = [await newBuyer(), await newBuyer('usher.v1.json')];
  accepted(await ann.hold(eventId, newCommandId(), [1, 3]));
  const refusal = rejected(await bob.hold(eventId, newCommandId(), [0, 1, 2, 3]), '409 seat_taken');
  assert.deepEqual(refusal.details.seats, [1, 3]);
  accepted(await bob.hold(eventId, newCommandId(), [0, 2]));
  await Promise.all([ann.close(), bob.close()]);
});

test('one socket’s commands for one event are decided in the order sent, also while the event is only waking', async () => {
  const eventId = await installation.createEvent({ seats: 300, limits: saleLimits });
  const buyer = await newBuyer();
  const watching = buyer.ask(2, eventId, null);
  const sent = await Promise.all(Array.from({ length: 300 }, (_, seat) => buyer.hold(eventId, newCommandId(), [seat])));
  const seqs = sent.map((answer) => accepted(answer).position[1]);
  assert.deepEqual(
    seqs,
    [...seqs].sort((a, b) => a - b),
  );
  assert.equal(new Set(seqs).size, 300);
  assert.equal((await watching)[0], 4);
  assert.equal(accepted(await buyer.myHolds(eventId)).body.holds.length, 300, 'asked after them, it sees them all');
  await buyer.close();
});

test('[I4] a hold leaves once: of confirms and releases at the same time one wins, and every confirm is told the same', async () => {
  const eventId = await installation.createEvent({ seats: 40, limits: saleLimits });
  const guest = await installation.guest();
  const sockets = await Promise.all(subprotocols.map((subprotocol) => connect(guest, subprotocol)));
  const [one, two] = [must(sockets[0], 'a socket'), must(sockets[1], 'a socket')];
  for (let seat = 0; seat < 40; seat += 1) {
    const { holdId } = accepted(await one.hold(eventId, newCommandId(), [seat])).body;
    const [confirmed, released, again] = await Promise.all([
      one.confirm(eventId, newCommandId(), holdId, 'o'),
      two.release(eventId, newCommandId(), holdId),
      one.confirm(eventId, newCommandId(), holdId, 'o'),
    ]);
    if (confirmed.kind === 'accepted') {
      assert.equal(rejected(released, '410 hold_ended').details.reason, 'confirmed');
      assert.deepEqual(again, confirmed);
    } else {
      accepted(released);
      for (const answer of [confirmed, again]) {
        assert.equal(rejected(answer, '410 hold_ended').details.reason, 'released');
      }
    }
  }
  await Promise.all(sockets.map((socket) => socket.close()));
});

test('GET /seats: the published map under an ETag of its position, 304 where it is known', async () => {
  const eventId = await installation.createEvent({ seats: 9 });
  const buyer = await newBuyer();
  const map = new WatchedMap(eventId);
  await map.watch(buyer);
  await map.reached(accepted(await buyer.hold(eventId, newCommandId(), [8])).position[1]);
  const path = `/v1/events/${eventId}/seats`;
  const { status, headers, body } = await installation.live('GET', path);
  const etag = `"${map.position.join('-')}"`;
  assert.deepEqual([status, headers.get('etag')], [200, etag]);
  assert.deepEqual(body, { position: map.position, seatCount: 9, states: 'AAAB', areas: [] });
  const known = await installation.live('GET', path, { headers: { 'if-none-match': etag } });
  assert.deepEqual([known.status, known.body], [304, '']);
  assert.equal((await installation.live('GET', path, { headers: { 'if-none-match': '"1-1"' } })).status, 200);
  assert.equal((await installation.live('GET', '/v1/events/nowhere/seats')).status, 404);
  await buyer.close();
});

test('accepted bodies, positions and states are those of the protocol page, section 3', async () => {
  const eventId = await installation.createEvent({ seats: 10, holdTtlMs: 60_000 });
  const ann = await newBuyer();
  const map = new WatchedMap(eventId);
  await map.watch(ann);
  const held = accepted(await ann.hold(eventId, newCommandId(), [5, 4]));
  const { holdId, expiresInMs, ...rest } = held.body;
  assert.deepEqual(rest, { seats: [5, 4], totalMinor: 2000, currency: 'EUR' });
  assert.match(holdId, /^[A-Za-z0-9_-]{1,64}$/);
  assert.ok(expiresInMs > 0 && expiresInMs <= 60_000, `expiresInMs is ${expiresInMs}`);
  await map.reached(held.position[1]);
  assert.deepEqual(map.states, [0, 0, 0, 0, 1, 1, 0, 0, 0, 0]);

  const extended = accepted(await ann.extend(eventId, newCommandId(), holdId));
  assert.deepEqual({ ...extended.body, expiresInMs: 0 }, { ...held.body, expiresInMs: 0 });
  assert.ok(extended.position[1] > held.position[1]);

  const released = accepted(await ann.release(eventId, newCommandId(), holdId, [5]));
  assert.deepEqual(released.body, { holdId, seats: [5], remaining: [4] });

  const confirmed = accepted(await ann.confirm(eventId, newCommandId(), holdId, 'Order 1'));
  const { bookingId, ...booking } = confirmed.body;
  assert.match(bookingId, /^[A-Za-z0-9_-]{1,64}$/);
  assert.deepEqual(booking, { seats: [4], totalMinor: 1000, currency: 'EUR' });
  const late = rejected(await ann.release(eventId, newCommandId(), holdId), '410 hold_ended');
  assert.equal(late.details.reason, 'confirmed');
  assert.deepEqual(accepted(await ann.myHolds(eventId)).body, { holds: [] });

  await map.reached(confirmed.position[1]);
  assert.deepEqual(map.states, [0, 0, 0, 0, 2, 0, 0, 0, 0, 0]);
  map.assertSound();
  await ann.close();
});

test("[I14] somebody else's hold appears as a delta, after every change before it", async () => {
  const eventId = await installation.createEvent({ seats: 10 });
  const [ann, bob] = [await newBuyer(), await newBuyer('usher.v1.json')];
  const map = new WatchedMap(eventId);
  const published = await map.watch(bob);
  assert.deepEqual(map.position, published);
  const { position } = accepted(await ann.hold(eventId, newCommandId(), [7]));
  await map.reached(position[1]);
  assert.deepEqual(map.states, [0, 0, 0, 0, 0, 0, 0, 1, 0, 0]);
  assert.deepEqual([map.snapshots, map.position], [1, position]);

  assert.equal((await bob.ask(3, eventId))[0], 4);
  const framesBefore = bob.frames.length;
  const { seats } = accepted(await ann.hold(eventId, newCommandId(), [8])).body;
  // Another watcher proves that the change was published.
  const other = new WatchedMap(eventId);
  await other.watch(ann);
  await other.reached(position[1] + 1);
  await bob.ping();
  assert.deepEqual(seats, [8]);
  assert.deepEqual(
    bob.frames.slice(framesBefore).map((frame) => frame[0]),
    [8],
    'nothing comes after unsubscribe',
  );
  map.assertSound();
  await Promise.all([ann.close(), bob.close()]);
});

test('[I14] 2,000 changes by ten clients: snapshots and deltas without gap, and the maps end equal to GET /seats', async () => {
  const plan = { buyers: 10, lanes: 2, seatsPerLane: 30, contestedSeats: 6 };
  const eventId = await installation.createEvent({ seats: seatsOf(plan), limits: saleLimits });
  const guests = await Promise.all(Array.from({ length: plan.buyers }, () => installation.guest()));
  const sale = new Sale(eventId, () => installation.liveUrl, guests, plan);
  const steady = await Promise.all(
    subprotocols.map(async (subprotocol) => {
      const map = new WatchedMap(eventId);
      await map.watch(await newBuyer(subprotocol));
      return map;
    }),
  );
  sale.start();

  // One who comes late, and one who leaves and comes back with the position that it had.
  await sale.accepts(700);
  const late = new WatchedMap(eventId);
  await late.watch(await newBuyer());
  const returning = new WatchedMap(eventId);
  const first = await newBuyer('usher.v1.json');
  await returning.watch(first);
  await first.close();
  await sale.accepts(700);
  await returning.watch(await newBuyer('usher.v1.json'), true);
  assert.equal(returning.snapshots, 1, 'a position in the replay window is resumed by deltas');
  await sale.accepts(700);
  await sale.stop();

  const journal = await readJournal(installation, eventId);
  const lastSeq = must(journal.at(-1), 'the last change').seq;
  for (const map of [...steady, late, returning]) {
    await map.reached(lastSeq);
    map.assertSound();
    assert.equal(map.snapshots, 1);
  }
  const { position, states } = await installation.seats(eventId);
  for (const map of [...steady, late, returning]) {
    assert.deepEqual(map.position, position);
    assert.deepEqual(map.states, states);
  }
  sale.ledger.assertEquals(journal, states);
  assert.equal(sale.unknowns, 0);
  await assertJournalVerified(installation);
});

test("frames 6 and 9 go to the holder's other subscribed sockets, not to the one that got the accepted, nor to others", async () => {
  const eventId = await installation.createEvent({ seats: 10 });
  const guest = await installation.guest();
  const asker = await connect(guest);
  const second = await connect(guest, 'usher.v1.json');
  const third = await connect(guest);
  const unsubscribed = await connect(guest);
  const stranger = await newBuyer();
  const maps = await Promise.all(
    [asker, second, third, stranger].map(async (client) => {
      const map = new WatchedMap(eventId);
      await map.watch(client);
      return map;
    }),
  );
  const news = (client: WireClient): Frame[] => client.frames.filter((frame) => frame[0] === 6 || frame[0] === 9);
  const nth = async (client: WireClient, count: number): Promise<Frame> => {
    await client.frame(() => news(client).length >= count, `piece of news ${count}`);
    return must(news(client)[count - 1], 'news');
  };

  const held = accepted(await asker.hold(eventId, newCommandId(), [1, 2, 3]));
  const { holdId } = held.body;
  const extended = accepted(await asker.extend(eventId, newCommandId(), holdId));
  const released = accepted(await asker.release(eventId, newCommandId(), holdId, [2]));
  const confirmed = accepted(await asker.confirm(eventId, newCommandId(), holdId, 'o1'));
  const other = accepted(await asker.hold(eventId, newCommandId(), [4]));
  const ended = accepted(await asker.release(eventId, newCommandId(), other.body.holdId));

  for (const client of [second, third]) {
    await nth(client, 6);
    const changed = (position: unknown, id: string, seats: number[]) => [9, eventId, position, { holdId: id, seats }];
    assert.deepEqual(
      news(client).map((frame) => (frame[0] === 9 ? [9, frame[1], frame[2], withoutTime(frame[3])] : frame)),
      [
        changed(held.position, holdId, [1, 2, 3]),
        changed(extended.position, holdId, [1, 2, 3]),
        changed(released.position, holdId, [1, 3]),
        [6, eventId, confirmed.position, holdId, 'confirmed', [1, 3]],
        changed(other.position, other.body.holdId, [4]),
        [6, eventId, ended.position, other.body.holdId, 'released', [4]],
      ],
    );
  }
  // The other way round, and everybody has seen the change by then.
  const back = accepted(await second.hold(eventId, newCommandId(), [5]));
  assert.deepEqual((await nth(asker, 1))[2], back.position);
  await Promise.all(maps.map((map) => map.reached(back.position[1])));
  await unsubscribed.ping();
  assert.deepEqual(
    [asker, second, third, unsubscribed, stranger].map((client) => news(client).length),
    [1, 6, 7, 0, 0],
  );
  for (const map of maps) map.assertSound();
  await Promise.all([asker, second, third, unsubscribed, stranger].map((client) => client.close()));
});

test('a client of MessagePack and one of JSON are told the same', async () => {
  const eventId = await installation.createEvent({ seats: 41 });
  const guest = await installation.guest();
  const clients = await Promise.all(subprotocols.map((subprotocol) => connect(guest, subprotocol)));
  const [packed, text] = [must(clients[0], 'a client'), must(clients[1], 'a client')];
  const stranger = await newBuyer();
  accepted(await stranger.hold(eventId, newCommandId(), [0, 40]));
  for (const client of clients) await new WatchedMap(eventId).watch(client);

  const same = async (ask: (client: WireClient) => Promise<Frame>): Promise<void> => {
    const [one, two] = await Promise.all(clients.map(ask));
    assert.deepEqual(comparable(one), comparable(two));
  };
  const commandId = newCommandId();
  await same((client) => client.askAs(71, 10, eventId, commandId, [6, 7]));
  const { holdId } = accepted(await packed.hold(eventId, commandId, [6, 7])).body;
  await same((client) => client.askAs(72, 16, eventId));
  await same((client) => client.askAs(73, 10, eventId, newCommandId(), [0, 1, 40]));
  await same((client) => client.askAs(74, 10, 'nowhere', newCommandId(), [0]));
  await same((client) => client.askAs(75, 12, eventId, newCommandId(), 'H1-999'));
  await same((client) => client.askAs(76, 99));
  const confirmed = accepted(await text.confirm(eventId, newCommandId(), holdId, 'o'));
  await same((client) => client.askAs(77, 14, eventId, 'confirm-again', holdId, { orderRef: 'o' }));
  await same((client) => client.askAs(78, 13, eventId, newCommandId(), holdId, null));

  const views = clients.map(async (client) => {
    await client.frame((frame) => frame[0] === 3 && Number(frame[4]) >= confirmed.position[1], 'the last delta');
    return client.frames.filter((frame) => frame[0] === 2 || frame[0] === 3);
  });
  const [one, two] = await Promise.all(views);
  assert.deepEqual(one, two);
  assert.ok(must(one, 'frames').length >= 2);
  await Promise.all([...clients, stranger].map((client) => client.close()));
});

test('a repeat on another socket of the same holder is the same answer, and another holder may use the same commandId', async () => {
  const eventId = await installation.createEvent({ seats: 10 });
  const guest = await installation.guest();
  const [one, two, stranger] = [await connect(guest), await connect(guest, 'usher.v1.json'), await newBuyer()];
  const commandId = newCommandId();
  const [first, again] = await Promise.all([
    one.hold(eventId, commandId, [1, 2]),
    two.hold(eventId, commandId, [1, 2]),
  ]);
  assert.deepEqual(timeless(accepted(first)), timeless(accepted(again)));
  assert.deepEqual(accepted(await stranger.hold(eventId, commandId, [3])).body.seats, [3]);
  await Promise.all([one, two, stranger].map((client) => client.close()));
});

function withoutTime(body: unknown): object {
  const { expiresInMs, ...rest } = body as { expiresInMs: number };
  assert.equal(typeof expiresInMs, 'number');
  return rest;
}

/** Times differ by what passed between two answers. */
function comparable(frame: Frame | undefined): unknown {
  return JSON.parse(JSON.stringify(frame), (key, value: unknown) => (key === 'expiresInMs' ? 0 : value));
}
