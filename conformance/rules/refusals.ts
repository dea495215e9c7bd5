import assert from 'node:assert/strict';
import { accepted, readAnswer, rejected, type WireClient } from '../../src/e2e/testing/wire-client.js';
import { type Rule, socketRule } from '../rule.js';
import { newKey } from '../scene.js';
import { seatCount } from '../hall.js';

const hourMs = 3_600_000;

function fromNow(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

async function assertStillFree(client: WireClient, eventId: string, seats: readonly number[]): Promise<void> {
  accepted(await client.hold(eventId, newKey(), seats));
}

/** Codes of section 4, and that a refusal has no effect. */
export const refusalRules: readonly Rule[] = [
  socketRule(
    '§4',
    '409 seat_taken lists the seats that are not free, and nothing is held',
    async (scene, subprotocol) => {
      const eventId = await scene.event();
      const [ann, bob] = [await scene.buyer(subprotocol), await scene.buyer(subprotocol)];
      accepted(await ann.hold(eventId, newKey(), [3, 5]));
      const { details } = rejected(await bob.hold(eventId, newKey(), [2, 3, 4, 5]), '409 seat_taken');
      assert.deepEqual(details.seats?.toSorted(), [3, 5]);
      await assertStillFree(bob, eventId, [2, 4]);
    },
  ),
  socketRule('§4', 'alternatives are of the size asked for, free, and up to three', async (scene, subprotocol) => {
    const eventId = await scene.event({ limits: { holdsPerHolder: 20, seatsPerHolder: 50 } });
    const [ann, bob] = [await scene.buyer(subprotocol), await scene.buyer(subprotocol)];
    accepted(await ann.hold(eventId, newKey(), [24]));
    const { alternatives = [] } = rejected(await bob.hold(eventId, newKey(), [23, 24]), '409 seat_taken').details;
    assert.ok(alternatives.length <= 3);
    for (const seats of alternatives) {
      assert.equal(seats.length, 2);
      await assertStillFree(bob, eventId, seats);
    }
  }),
  socketRule(
    '§4',
    '404: unknown event, seat, hold; another’s hold; a seat that the hold does not have',
    async (scene, subprotocol) => {
      const eventId = await scene.event();
      const [ann, bob] = [await scene.buyer(subprotocol), await scene.buyer(subprotocol)];
      const nowhere = `none-${newKey()}`;
      rejected(await ann.hold(nowhere, newKey(), [0]), '404 unknown_event');
      rejected(await ann.myHolds(nowhere), '404 unknown_event');
      rejected(readAnswer(await ann.ask(2, nowhere, null)), '404 unknown_event');
      rejected(await ann.hold(eventId, newKey(), [0, seatCount]), '404 unknown_seat');
      const { holdId } = accepted(await ann.hold(eventId, newKey(), [0])).body;
      for (const [client, id] of [
        [ann, 'none'],
        [bob, holdId],
      ] as const) {
        rejected(await client.extend(eventId, newKey(), id), '404 unknown_hold');
        rejected(await client.release(eventId, newKey(), id), '404 unknown_hold');
        rejected(await client.confirm(eventId, newKey(), id, 'o'), '404 unknown_hold');
      }
      rejected(await ann.release(eventId, newKey(), holdId, [0, 1]), '404 unknown_hold');
      assert.deepEqual(accepted(await ann.myHolds(eventId)).body.holds[0]?.seats, [0]);
    },
  ),
  socketRule('§4', '410 tells how the hold ended', async (scene, subprotocol) => {
    const eventId = await scene.event();
    const buyer = await scene.buyer(subprotocol);
    const released = accepted(await buyer.hold(eventId, newKey(), [0])).body.holdId;
    const confirmed = accepted(await buyer.hold(eventId, newKey(), [1])).body.holdId;
    accepted(await buyer.release(eventId, newKey(), released));
    accepted(await buyer.confirm(eventId, newKey(), confirmed, 'o'));
    for (const [holdId, reason] of [
      [released, 'released'],
      [confirmed, 'confirmed'],
    ] as const) {
      assert.equal(rejected(await buyer.extend(eventId, newKey(), holdId), '410 hold_ended').details.reason, reason);
      assert.equal(rejected(await buyer.release(eventId, newKey(), holdId), '410 hold_ended').details.reason, reason);
    }
  }),
  socketRule('§4', '413: seats a hold, holds a holder, seats a holder, extensions', async (scene, subprotocol) => {
    const eventId = await scene.event();
    const [ann, bob] = [await scene.buyer(subprotocol), await scene.buyer(subprotocol)];
    rejected(await ann.hold(eventId, newKey(), [0, 1, 2, 3, 4, 5, 6, 7, 8]), '413 limit_exceeded');
    const holds = [];
    for (let seat = 0; seat < 4; seat += 1) holds.push(accepted(await ann.hold(eventId, newKey(), [seat])).body.holdId);
    rejected(await ann.hold(eventId, newKey(), [4]), '413 limit_exceeded');
    const [first = ''] = holds;
    accepted(await ann.extend(eventId, newKey(), first));
    accepted(await ann.extend(eventId, newKey(), first));
    rejected(await ann.extend(eventId, newKey(), first), '413 limit_exceeded');
    for (const start of [10, 18]) {
      const seats = Array.from({ length: 8 }, (_, at) => start + at);
      const { holdId } = accepted(await bob.hold(eventId, newKey(), seats)).body;
      accepted(await bob.confirm(eventId, newKey(), holdId, 'o'));
    }
    rejected(await bob.hold(eventId, newKey(), [5]), '413 limit_exceeded');
  }),
  socketRule('§4', '422 before onSaleAt, with retryAfterMs', async (scene, subprotocol) => {
    const eventId = await scene.event({ onSaleAt: fromNow(hourMs) });
    const buyer = await scene.buyer(subprotocol);
    const { details } = rejected(await buyer.hold(eventId, newKey(), [0]), '422 not_on_sale');
    assert.ok(Math.abs(Number(details.retryAfterMs) - hourMs) < 60_000, `retryAfterMs is ${details.retryAfterMs}`);
    rejected(await buyer.holdBest(eventId, newKey(), { quantity: 1 }), '422 not_on_sale');
    rejected(await buyer.holdArea(eventId, newKey(), 'floor', 1), '422 not_on_sale');
  }),
  socketRule('§3', 'after closesAt no hold and no extension, but a confirm still is', async (scene, subprotocol) => {
    const closesInMs = 2500;
    const eventId = await scene.event({ closesAt: fromNow(closesInMs) });
    const buyer = await scene.buyer(subprotocol);
    const { holdId } = accepted(await buyer.hold(eventId, newKey(), [0])).body;
    await new Promise((resolve) => {
      setTimeout(resolve, closesInMs + 500);
    });
    rejected(await buyer.hold(eventId, newKey(), [1]), '422 not_on_sale');
    rejected(await buyer.extend(eventId, newKey(), holdId), '422 not_on_sale');
    accepted(await buyer.confirm(eventId, newKey(), holdId, 'o'));
  }),
  socketRule('§1', 'seats that are none, empty or repeated are a bad frame', async (scene, subprotocol) => {
    const eventId = await scene.event();
    const buyer = await scene.buyer(subprotocol);
    for (const seats of [[], [1, 1], [-1], [0.5], ['1'], null, 3]) {
      rejected(readAnswer(await buyer.ask(10, eventId, newKey(), seats)), '400 bad_frame');
    }
    assert.equal(buyer.isClosed, false);
  }),
  socketRule('§5', 'confirmBy server: a holder’s own confirm is 403', async (scene, subprotocol) => {
    const eventId = await scene.event({ confirmBy: 'server' });
    const buyer = await scene.buyer(subprotocol);
    const { holdId } = accepted(await buyer.hold(eventId, newKey(), [0])).body;
    rejected(await buyer.confirm(eventId, newKey(), holdId, 'o'), '403 forbidden');
    assert.equal(accepted(await buyer.myHolds(eventId)).body.holds.length, 1);
  }),
];
