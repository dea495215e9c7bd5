import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemRandom } from '../lib/random.js';
import { emptyTestDatabase, type TestDatabase } from '../store/testing/postgres.js';
import { Installation } from './testing/installation.js';
import { assertJournalVerified } from './testing/journal-text.js';
import type { Guest } from './testing/venue.js';
import { WatchedMap } from './testing/watched-map.js';
import {
  accepted,
  type Position,
  rejected,
  type Subprotocol,
  subprotocols,
  WireClient,
} from './testing/wire-client.js';

// General admission, seen from sockets: places without numbers, never more than there are.

let database: TestDatabase;
let installation: Installation;

before(async () => {
  database = await emptyTestDatabase();
  installation = await Installation.start({ databaseUrl: database.url });
});

after(async () => {
  await assertJournalVerified(installation);
  await installation.remove();
  await database.drop();
});

const newCommandId = (): string => systemRandom.id(12);

async function connect(guest: Guest, subprotocol?: Subprotocol): Promise<WireClient> {
  return WireClient.connect(installation.liveUrl, guest.token, subprotocol);
}

async function newBuyer(subprotocol?: Subprotocol): Promise<WireClient> {
  return connect(await installation.guest(), subprotocol);
}

for (const subprotocol of subprotocols) {
  test(`${subprotocol}: places are held, partly released, extended and confirmed; every step is on every map`, async () => {
    const eventId = await installation.createEvent({ seats: 4, areas: { floor: 10, balcony: 3 } });
    const guest = await installation.guest();
    const buyer = await connect(guest, subprotocol);
    const elsewhere = await connect(guest, subprotocol);
    const watcher = await newBuyer(subprotocol);
    const maps = [new WatchedMap(eventId), new WatchedMap(eventId)] as const;
    await maps[0].watch(watcher);
    await maps[1].watch(elsewhere);
    const floorIs = async (position: Position, counts: readonly number[]): Promise<void> => {
      for (const map of maps) {
        await map.reached(position[1]);
        assert.deepEqual(map.areas.get('floor'), counts);
        assert.deepEqual(map.areas.get('balcony'), [3, 0, 0, 0]);
      }
    };

    const held = accepted(await buyer.holdArea(eventId, newCommandId(), 'floor', 5));
    const { holdId, expiresInMs, ...rest } = held.body;
    assert.deepEqual(rest, { seats: [], area: 'floor', quantity: 5, totalMinor: 5000, currency: 'EUR' });
    assert.ok(expiresInMs > 590_000 && expiresInMs <= 600_000);
    await floorIs(held.position, [5, 5, 0, 0]);

    const released = accepted(await buyer.release(eventId, newCommandId(), holdId, 2));
    assert.deepEqual(released.body, {
      holdId,
      seats: [],
      remaining: [],
      area: 'floor',
      quantity: 2,
      remainingQuantity: 3,
    });
    await floorIs(released.position, [7, 3, 0, 0]);

    const extended = accepted(await buyer.extend(eventId, newCommandId(), holdId));
    assert.deepEqual([extended.body.area, extended.body.quantity, extended.body.totalMinor], ['floor', 3, 3000]);
    const mine = accepted(await buyer.myHolds(eventId)).body.holds;
    assert.deepEqual(mine.map(placesOf), [{ holdId, seats: [], area: 'floor', quantity: 3 }]);

    const booked = accepted(await buyer.confirm(eventId, newCommandId(), holdId, 'order 1'));
    const { bookingId, ...sale } = booked.body;
    assert.ok(bookingId.length > 0);
    assert.deepEqual(sale, { seats: [], area: 'floor', quantity: 3, totalMinor: 3000, currency: 'EUR' });
    await floorIs(booked.position, [7, 0, 3, 0]);

    const told = elsewhere.frames.filter((frame) => frame[0] === 6 || frame[0] === 9);
    assert.deepEqual(
      told.map((frame) => (frame[0] === 6 ? frame : [9, frame[1], frame[2], placesOf(frame[3])])),
      [
        [9, eventId, held.position, { holdId, seats: [], area: 'floor', quantity: 5 }],
        [9, eventId, released.position, { holdId, seats: [], area: 'floor', quantity: 3 }],
        [9, eventId, extended.position, { holdId, seats: [], area: 'floor', quantity: 3 }],
        [6, eventId, booked.position, holdId, 'confirmed', [], 'floor', 3],
      ],
    );
    for (const map of maps) map.assertSound();
    await Promise.all([buyer, elsewhere, watcher].map((client) => client.close()));
  });
}

function placesOf(body: unknown): object {
  const { expiresInMs, ...places } = body as { expiresInMs: number };
  assert.ok(expiresInMs > 0);
  return places;
}

test('[I11] 1,000 rivals for 300 places: exactly 300 are sold, whoever releases and comes again', async () => {
  const capacity = 300;
  const eventId = await installation.createEvent({ seats: 0, areas: { floor: capacity } });
  const buyers = await Promise.all(Array.from({ length: 40 }, (_, at) => newBuyer(subprotocols[at % 2])));
  const guests = await Promise.all(Array.from({ length: 1000 }, () => installation.guest()));
  const watcher = new WatchedMap(eventId);
  const witness = await newBuyer();
  await watcher.watch(witness);
  let sold = 0;
  // A socket serves one holder after the other: a new hello would be refused, so each rival has a socket for a moment.
  const rivalsOf = async (mine: readonly Guest[]): Promise<void> => {
    for (const guest of mine) {
      const rival = await connect(guest);
      const quantity = 1 + systemRandom.below(4);
      const answer = await rival.holdArea(eventId, newCommandId(), 'floor', quantity);
      if (answer.kind === 'accepted') {
        const { holdId } = answer.body;
        if (quantity > 1) accepted(await rival.release(eventId, newCommandId(), holdId, 1));
        const { body } = accepted(await rival.confirm(eventId, newCommandId(), holdId, 'o'));
        sold += body.quantity ?? 0;
      } else {
        rejected(answer, '409 not_available');
      }
      await rival.close();
    }
  };
  await Promise.all(Array.from({ length: 50 }, (_, at) => rivalsOf(guests.slice(at * 20, at * 20 + 20))));
  // What is left goes one by one.
  for (const buyer of buyers) {
    for (let hold = 0; hold < 16; hold += 1) {
      const answer = await buyer.holdArea(eventId, newCommandId(), 'floor', 1);
      if (answer.kind === 'rejected') break;
      const { body } = accepted(await buyer.confirm(eventId, newCommandId(), answer.body.holdId, 'o'));
      sold += body.quantity ?? 0;
    }
  }
  assert.equal(sold, capacity);
  const full = rejected(await witness.holdArea(eventId, newCommandId(), 'floor', 1), '409 not_available');
  assert.equal(full.details.seats, undefined);
  await watcher.watch(witness);
  assert.deepEqual(watcher.areas.get('floor'), [0, 0, capacity, 0]);
  watcher.assertSound();
  await Promise.all([...buyers, witness].map((client) => client.close()));
});

test('refusals: unknown area, more than there are, places of a hold that has seats, and the limits', async () => {
  const eventId = await installation.createEvent({ seats: 4, areas: { floor: 6 }, limits: { seatsPerHold: 5 } });
  const buyer = await newBuyer('usher.v1.json');
  rejected(await buyer.holdArea(eventId, newCommandId(), 'roof', 1), '404 unknown_area');
  rejected(await buyer.holdArea(eventId, newCommandId(), 'floor', 6), '413 limit_exceeded');
  const first = accepted(await buyer.holdArea(eventId, newCommandId(), 'floor', 4));
  rejected(await buyer.holdArea(eventId, newCommandId(), 'floor', 3), '409 not_available');
  rejected(await buyer.release(eventId, newCommandId(), first.body.holdId, 5), '404 unknown_hold');
  rejected(await buyer.release(eventId, newCommandId(), first.body.holdId, [0]), '404 unknown_hold');
  const seats = accepted(await buyer.hold(eventId, newCommandId(), [0, 1]));
  rejected(await buyer.release(eventId, newCommandId(), seats.body.holdId, 1), '404 unknown_area');
  const ended = accepted(await buyer.release(eventId, newCommandId(), first.body.holdId, 4));
  assert.equal(ended.body.quantity, 4);
  assert.equal(
    rejected(await buyer.extend(eventId, newCommandId(), first.body.holdId), '410 hold_ended').details.reason,
    'released',
  );
  await buyer.close();
});

test('an operator blocks and unblocks places by their number', async () => {
  const eventId = await installation.createEvent({ seats: 1, areas: { floor: 6 } });
  const operate = (kind: 'block' | 'unblock', quantity: number) =>
    installation.admin('POST', `/v1/events/${eventId}/${kind}`, {
      token: installation.adminToken,
      key: newCommandId(),
      body: { area: 'floor', quantity, reason: 'camera' },
    });
  assert.equal((await operate('block', 4)).status, 200);
  const buyer = await newBuyer();
  rejected(await buyer.holdArea(eventId, newCommandId(), 'floor', 3), '409 not_available');
  assert.equal((await operate('block', 3)).status, 409);
  assert.equal((await operate('unblock', 5)).status, 409);
  assert.equal((await operate('unblock', 2)).status, 200);
  const held = accepted(await buyer.holdArea(eventId, newCommandId(), 'floor', 3));
  const map = new WatchedMap(eventId);
  await map.watch(buyer);
  await map.reached(held.position[1]);
  const { body } = await installation.admin('GET', `/v1/events/${eventId}`, { token: installation.adminToken });
  const { areas } = body as { areas: unknown };
  assert.deepEqual(areas, [['floor', 1, 3, 0, 2]]);
  await buyer.close();
});

test('[I6] [I13] places survive kill -9: what was sold is sold, what was held is held', async () => {
  const eventId = await installation.createEvent({ seats: 0, areas: { floor: 9 } });
  const guest = await installation.guest();
  const early = await connect(guest);
  const sale = accepted(await early.holdArea(eventId, newCommandId(), 'floor', 3)).body.holdId;
  accepted(await early.confirm(eventId, newCommandId(), sale, 'o'));
  const commandId = newCommandId();
  const kept = accepted(await early.holdArea(eventId, commandId, 'floor', 2));
  await installation.stop('SIGKILL');
  await installation.startAgain();
  const buyer = await connect(guest, 'usher.v1.json');
  const again = accepted(await buyer.holdArea(eventId, commandId, 'floor', 2));
  assert.deepEqual([again.position, again.body.holdId], [kept.position, kept.body.holdId]);
  const map = new WatchedMap(eventId);
  await map.watch(buyer);
  assert.deepEqual(map.areas.get('floor'), [4, 2, 3, 0]);
  const bookings = await installation.live('GET', '/v1/bookings', { token: guest.token });
  assert.equal(bookings.status, 200, JSON.stringify(bookings.body));
  const { bookings: own } = bookings.body as { bookings: { area?: string; quantity?: number; seats: number[] }[] };
  assert.deepEqual(
    own.map(({ seats, area, quantity }) => ({ seats, area, quantity })),
    [{ seats: [], area: 'floor', quantity: 3 }],
  );
  await buyer.close();
});
