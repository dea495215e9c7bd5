import assert from 'node:assert/strict';
import { accepted, type Frame, type Position } from '../../src/e2e/testing/wire-client.js';
import { floorCapacity, seatCount } from '../hall.js';
import { type Rule, socketRule } from '../rule.js';
import { newKey } from '../scene.js';

const mapFrames = (frames: readonly Frame[]): Frame[] => frames.filter((frame) => frame[0] === 2 || frame[0] === 3);

/** Subscriptions: snapshots, deltas, resuming, and what a holder's other sockets are told. */
export const followingRules: readonly Rule[] = [
  socketRule(
    '§3',
    'after subscribe: accepted, then a snapshot at its position or later',
    async (scene, subprotocol) => {
      const eventId = await scene.event();
      const client = await scene.buyer(subprotocol);
      const answer = await client.ask(2, eventId, null);
      const snapshot = await client.frame((frame) => frame[0] === 2, 'the snapshot');
      assert.deepEqual([answer[0], answer[3]], [4, {}]);
      const [, snapshotEvent, position, count, states, areas] = snapshot;
      assert.deepEqual([snapshotEvent, count], [eventId, seatCount]);
      assert.equal((states as Uint8Array).length, Math.ceil(seatCount / 4));
      assert.ok(
        (states as Uint8Array).every((byte) => byte === 0),
        'all free',
      );
      assert.deepEqual(areas, [['floor', floorCapacity, 0, 0, 0]]);
      assert.ok((position as Position)[1] >= (answer[2] as Position)[1]);
    },
  ),
  socketRule('§3', 'deltas follow each other without gap and bring every change', async (scene, subprotocol) => {
    const eventId = await scene.event();
    const [watcher, buyer] = [await scene.buyer(subprotocol), await scene.buyer(subprotocol)];
    const map = await scene.watch(watcher, eventId);
    const first = accepted(await buyer.hold(eventId, newKey(), [3, 4]));
    await map.reached(first.position[1]);
    assert.deepEqual(map.states.slice(2, 6), [0, 1, 1, 0]);
    accepted(await buyer.release(eventId, newKey(), first.body.holdId, [4]));
    const booked = accepted(await buyer.confirm(eventId, newKey(), first.body.holdId, 'o'));
    await map.reached(booked.position[1]);
    assert.deepEqual(map.states.slice(2, 6), [0, 2, 0, 0]);
    assert.deepEqual(map.areas.get('floor'), [floorCapacity, 0, 0, 0]);
    map.assertSound();
  }),
  socketRule('§3', 'a resumable position is resumed with deltas, without a snapshot', async (scene, subprotocol) => {
    const eventId = await scene.event();
    const [watcher, buyer] = [await scene.buyer(subprotocol), await scene.buyer(subprotocol)];
    const map = await scene.watch(watcher, eventId);
    await watcher.cut();
    const away = accepted(await buyer.hold(eventId, newKey(), [7]));
    const witness = await scene.watch(buyer, eventId);
    await witness.reached(away.position[1]);
    const back = await scene.buyer(subprotocol);
    await map.watch(back, true);
    assert.equal(map.states[7], 1);
    assert.deepEqual(
      mapFrames(back.frames).map((frame) => frame[0]),
      [3],
    );
    map.assertSound();
  }),
  socketRule('§3', 'a position that is not resumable gets a snapshot', async (scene, subprotocol) => {
    const eventId = await scene.event();
    for (const position of [
      [1, 999_999],
      [999_999, 1],
    ]) {
      const client = await scene.buyer(subprotocol);
      assert.equal((await client.ask(2, eventId, position))[0], 4);
      await client.frame((frame) => frame[0] === 2, 'a snapshot');
    }
  }),
  socketRule('§3', 'unsubscribe is accepted with {}, and nothing comes after it', async (scene, subprotocol) => {
    const eventId = await scene.event();
    const [watcher, other] = [await scene.buyer(subprotocol), await scene.buyer(subprotocol)];
    await scene.watch(watcher, eventId);
    const answer = await watcher.ask(3, eventId);
    assert.deepEqual([answer[0], answer[3]], [4, {}]);
    const framesBefore = mapFrames(watcher.frames).length;
    const map = await scene.watch(other, eventId);
    await map.reached(accepted(await other.hold(eventId, newKey(), [3])).position[1]);
    await watcher.ping();
    assert.equal(mapFrames(watcher.frames).length, framesBefore);
  }),
  socketRule(
    '§3',
    'frames 9 and 6 go to the holder’s other sockets that watch the event',
    async (scene, subprotocol) => {
      const eventId = await scene.event();
      const guest = await scene.guest();
      const [asking, other, idle] = [
        await scene.buyer(subprotocol, guest),
        await scene.buyer(subprotocol, guest),
        await scene.buyer(subprotocol, guest),
      ];
      await scene.watch(asking, eventId);
      const map = await scene.watch(other, eventId);
      const held = accepted(await asking.hold(eventId, newKey(), [3, 4]));
      const { holdId } = held.body;
      const less = accepted(await asking.release(eventId, newKey(), holdId, [3]));
      const booked = accepted(await asking.confirm(eventId, newKey(), holdId, 'o'));
      await other.frame((frame) => frame[0] === 6, 'frame 6');
      await map.reached(booked.position[1]);
      await asking.ping();
      await idle.ping();
      const told = other.frames.filter((frame) => frame[0] === 6 || frame[0] === 9);
      assert.deepEqual(
        told.map((frame) => [frame[0], frame[1], frame[2]]),
        [
          [9, eventId, held.position],
          [9, eventId, less.position],
          [6, eventId, booked.position],
        ],
      );
      const changed = told[1]?.[3] as { holdId: string; seats: number[]; expiresInMs: number };
      assert.deepEqual([changed.holdId, changed.seats], [holdId, [4]]);
      assert.ok(changed.expiresInMs > 0);
      assert.deepEqual(told[2]?.slice(3), [holdId, 'confirmed', [4]]);
      for (const client of [asking, idle]) {
        assert.ok(!client.frames.some((frame) => frame[0] === 6 || frame[0] === 9));
      }
    },
  ),
];
