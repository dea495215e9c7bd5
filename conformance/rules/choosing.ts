import assert from 'node:assert/strict';
import { accepted, rejected } from '../../src/e2e/testing/wire-client.js';
import { companionSeat, floorCapacity, seatCount, wheelchairSeat } from '../hall.js';
import { type Rule, socketRule } from '../rule.js';
import { newKey } from '../scene.js';

/** Frames 11 and 15: best seats, and places of an area. */
export const choosingRules: readonly Rule[] = [
  socketRule('§2', 'hold best: as many as asked for, side by side in one row', async (scene, subprotocol) => {
    const eventId = await scene.event();
    const buyer = await scene.buyer(subprotocol);
    const { body } = accepted(await buyer.holdBest(eventId, newKey(), { quantity: 4 }));
    const seats = body.seats.toSorted((a, b) => a - b);
    const [first = -1] = seats;
    assert.deepEqual(seats, [first, first + 1, first + 2, first + 3]);
    assert.equal(Math.floor(first / 10), Math.floor((first + 3) / 10));
  }),
  socketRule('§2', 'hold best keeps to categories, sections and near', async (scene, subprotocol) => {
    const eventId = await scene.event();
    const buyer = await scene.buyer(subprotocol);
    const dear = accepted(await buyer.holdBest(eventId, newKey(), { quantity: 2, categories: ['dear'] })).body;
    assert.ok(dear.seats.every((seat) => seat < 10));
    const circle = accepted(await buyer.holdBest(eventId, newKey(), { quantity: 2, sections: ['circle'] })).body;
    assert.ok(circle.seats.every((seat) => seat >= 20 && seat < seatCount));
    const near = accepted(await buyer.holdBest(eventId, newKey(), { quantity: 1, near: 10 })).body;
    assert.deepEqual(near.seats, [10]);
  }),
  socketRule(
    '§2',
    'hold best: accessible asks for a wheelchair place with its companion',
    async (scene, subprotocol) => {
      const eventId = await scene.event();
      const buyer = await scene.buyer(subprotocol);
      const { seats } = accepted(await buyer.holdBest(eventId, newKey(), { quantity: 2, accessible: 1 })).body;
      assert.deepEqual(
        seats.toSorted((a, b) => a - b),
        [wheelchairSeat, companionSeat],
      );
      rejected(await buyer.holdBest(eventId, newKey(), { quantity: 2, accessible: 1 }), '409 not_available');
    },
  ),
  socketRule(
    '§4',
    '409 not_available: no best seats left, unless the group may be split',
    async (scene, subprotocol) => {
      const eventId = await scene.event({ limits: { holdsPerHolder: 20, seatsPerHolder: 50 } });
      const buyer = await scene.buyer(subprotocol);
      accepted(await buyer.hold(eventId, newKey(), [2, 5, 7]));
      const wish = { quantity: 4, categories: ['dear'] };
      rejected(await buyer.holdBest(eventId, newKey(), wish), '409 not_available');
      const split = accepted(await buyer.holdBest(eventId, newKey(), { ...wish, together: false })).body;
      assert.equal(new Set(split.seats).size, 4);
      assert.ok(split.seats.every((seat) => seat < 10));
    },
  ),
  socketRule(
    '§2',
    'hold area: {holdId, seats: [], area, quantity, …}; release gives places back',
    async (scene, subprotocol) => {
      const eventId = await scene.event();
      const buyer = await scene.buyer(subprotocol);
      const map = await scene.watch(buyer, eventId);
      const held = accepted(await buyer.holdArea(eventId, newKey(), 'floor', 5));
      const { holdId, expiresInMs, ...rest } = held.body;
      assert.ok(expiresInMs > 0);
      assert.deepEqual(rest, { seats: [], area: 'floor', quantity: 5, totalMinor: 10_000, currency: 'EUR' });
      await map.reached(held.position[1]);
      assert.deepEqual(map.areas.get('floor'), [floorCapacity - 5, 5, 0, 0]);
      const released = accepted(await buyer.release(eventId, newKey(), holdId, 2));
      await map.reached(released.position[1]);
      assert.deepEqual(map.areas.get('floor'), [floorCapacity - 3, 3, 0, 0]);
      const booking = accepted(await buyer.confirm(eventId, newKey(), holdId, 'o'));
      assert.deepEqual([booking.body.area, booking.body.quantity, booking.body.totalMinor], ['floor', 3, 6000]);
      await map.reached(booking.position[1]);
      assert.deepEqual(map.areas.get('floor'), [floorCapacity - 3, 0, 3, 0]);
      map.assertSound();
    },
  ),
  socketRule('§4', 'areas: 404 unknown_area, 409 not_available, 413 over the limits', async (scene, subprotocol) => {
    const eventId = await scene.event({ limits: { seatsPerHold: 15, seatsPerHolder: 30 } });
    const [ann, bob] = [await scene.buyer(subprotocol), await scene.buyer(subprotocol)];
    rejected(await ann.holdArea(eventId, newKey(), 'roof', 1), '404 unknown_area');
    rejected(await ann.holdArea(eventId, newKey(), 'floor', 16), '413 limit_exceeded');
    accepted(await ann.holdArea(eventId, newKey(), 'floor', 15));
    rejected(await bob.holdArea(eventId, newKey(), 'floor', 6), '409 not_available');
    accepted(await bob.holdArea(eventId, newKey(), 'floor', 5));
  }),
];
