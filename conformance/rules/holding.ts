import assert from 'node:assert/strict';
import { accepted, type HoldBody, rejected } from '../../src/e2e/testing/wire-client.js';
import { type Rule, socketRule } from '../rule.js';
import { newKey } from '../scene.js';

const fullTimeMs = 600_000;

function assertTimeLeft(body: HoldBody): void {
  assert.ok(body.expiresInMs > fullTimeMs - 30_000 && body.expiresInMs <= fullTimeMs, `${body.expiresInMs} ms left`);
}

/** Frames 10 and 12 to 16, one after the other. */
export const holdingRules: readonly Rule[] = [
  socketRule('§3', 'hold: {holdId, seats, expiresInMs, totalMinor, currency}', async (scene, subprotocol) => {
    const eventId = await scene.event();
    const buyer = await scene.buyer(subprotocol);
    const { position, body } = accepted(await buyer.hold(eventId, newKey(), [3, 12]));
    assert.deepEqual(Object.keys(body).toSorted(), ['currency', 'expiresInMs', 'holdId', 'seats', 'totalMinor']);
    assert.match(body.holdId, /^[A-Za-z0-9_-]{1,64}$/);
    assert.deepEqual([body.seats, body.totalMinor, body.currency], [[3, 12], 7000, 'EUR']);
    assertTimeLeft(body);
    assert.ok(position[0] >= 1 && position[1] >= 2, 'change 1 opened the event');
  }),
  socketRule('§3', 'extend sets the remaining time to the full hold time again', async (scene, subprotocol) => {
    const eventId = await scene.event();
    const buyer = await scene.buyer(subprotocol);
    const held = accepted(await buyer.hold(eventId, newKey(), [3, 4]));
    const extended = accepted(await buyer.extend(eventId, newKey(), held.body.holdId));
    assertTimeLeft(extended.body);
    assert.deepEqual({ ...extended.body, expiresInMs: 0 }, { ...held.body, expiresInMs: 0 });
    assert.ok(extended.position[1] > held.position[1]);
  }),
  socketRule('§3', 'release of some seats, then of the whole hold', async (scene, subprotocol) => {
    const eventId = await scene.event();
    const buyer = await scene.buyer(subprotocol);
    const { holdId } = accepted(await buyer.hold(eventId, newKey(), [3, 4, 5])).body;
    assert.deepEqual(accepted(await buyer.release(eventId, newKey(), holdId, [4])).body, {
      holdId,
      seats: [4],
      remaining: [3, 5],
    });
    assert.deepEqual(accepted(await buyer.release(eventId, newKey(), holdId)).body, {
      holdId,
      seats: [3, 5],
      remaining: [],
    });
    assert.deepEqual(accepted(await buyer.myHolds(eventId)).body, { holds: [] });
  }),
  socketRule('§3', 'confirm: {bookingId, seats, totalMinor, currency}, once', async (scene, subprotocol) => {
    const eventId = await scene.event();
    const buyer = await scene.buyer(subprotocol);
    const { holdId } = accepted(await buyer.hold(eventId, newKey(), [3])).body;
    const first = accepted(await buyer.confirm(eventId, newKey(), holdId, 'order 1 ~!'));
    assert.deepEqual(Object.keys(first.body).toSorted(), ['bookingId', 'currency', 'seats', 'totalMinor']);
    assert.deepEqual([first.body.seats, first.body.totalMinor], [[3], 5000]);
    const again = accepted(await buyer.confirm(eventId, newKey(), holdId, 'order 1 ~!'));
    assert.deepEqual(again, first, 'confirming one’s own confirmed hold gives the same booking');
  }),
  socketRule('§3', 'my holds lists one’s own live holds and nobody else’s', async (scene, subprotocol) => {
    const eventId = await scene.event();
    const [ann, bob] = [await scene.buyer(subprotocol), await scene.buyer(subprotocol)];
    const seats = accepted(await ann.hold(eventId, newKey(), [3])).body;
    const places = accepted(await ann.holdArea(eventId, newKey(), 'floor', 2)).body;
    const { holds } = accepted(await ann.myHolds(eventId)).body;
    assert.deepEqual(
      holds.map(({ holdId, seats: of, area, quantity }) => ({ holdId, seats: of, area, quantity })),
      [
        { holdId: seats.holdId, seats: [3], area: undefined, quantity: undefined },
        { holdId: places.holdId, seats: [], area: 'floor', quantity: 2 },
      ],
    );
    assert.deepEqual(accepted(await bob.myHolds(eventId)).body, { holds: [] });
  }),
  socketRule(
    '§3',
    'a repeat gets its first answer and position, with the time that is left',
    async (scene, subprotocol) => {
      const eventId = await scene.event();
      const guest = await scene.guest();
      const buyer = await scene.buyer(subprotocol, guest);
      const commandId = newKey();
      const first = accepted(await buyer.hold(eventId, commandId, [3]));
      const elsewhere = await scene.buyer(subprotocol, guest);
      const again = accepted(await elsewhere.hold(eventId, commandId, [3]));
      assert.deepEqual(again.position, first.position);
      assert.ok(again.body.expiresInMs <= first.body.expiresInMs);
      assert.deepEqual({ ...again.body, expiresInMs: 0 }, { ...first.body, expiresInMs: 0 });
      const releaseId = newKey();
      const released = accepted(await buyer.release(eventId, releaseId, first.body.holdId));
      assert.deepEqual(accepted(await elsewhere.release(eventId, releaseId, first.body.holdId)), released);
      assert.equal(accepted(await buyer.hold(eventId, commandId, [3])).body.expiresInMs, 0, '0 once it has ended');
    },
  ),
  socketRule('§4', '412 where a commandId comes with another payload', async (scene, subprotocol) => {
    const eventId = await scene.event();
    const buyer = await scene.buyer(subprotocol);
    const commandId = newKey();
    const { holdId } = accepted(await buyer.hold(eventId, commandId, [3])).body;
    rejected(await buyer.hold(eventId, commandId, [4]), '412 idempotency_mismatch');
    rejected(await buyer.extend(eventId, commandId, holdId), '412 idempotency_mismatch');
  }),
  socketRule('§3', 'holds end by time: frame 6 expired, then 410 with the reason', async (scene, subprotocol) => {
    const eventId = await scene.event({ holdTtlMs: 1000 });
    const buyer = await scene.buyer(subprotocol);
    await scene.watch(buyer, eventId);
    const { holdId } = accepted(await buyer.hold(eventId, newKey(), [3, 4])).body;
    const ended = await buyer.frame((frame) => frame[0] === 6, 'frame 6');
    assert.deepEqual([ended[1], ended[3], ended[4], ended[5]], [eventId, holdId, 'expired', [3, 4]]);
    assert.equal(
      rejected(await buyer.confirm(eventId, newKey(), holdId, 'o'), '410 hold_ended').details.reason,
      'expired',
    );
  }),
];
