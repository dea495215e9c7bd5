import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OperatorCommand } from '../admin/node-port.js';
import { must } from '../lib/must.js';
import { VirtualTime } from '../lib/testing/virtual-time.js';
import type { AcceptedFrame, RejectedFrame, SnapshotFrame } from '../protocol/down.js';
import { encodeMsgpack } from '../protocol/msgpack.js';
import type { CommandRequest, ShardListener, ShardPort } from '../shard/port.js';
import { OperatorDesk } from './operator-desk.js';

const command: OperatorCommand = {
  kind: 'block',
  identity: { holderId: 'operator', commandId: 'command-1', payloadHash: 1 },
  seats: [3],
  places: null,
  reason: 'broken',
};

class Scene {
  readonly time = new VirtualTime();
  readonly asked: CommandRequest[] = [];
  readonly read: number[] = [];
  /** What the gateway was told. */
  readonly passedOn: unknown[][] = [];
  readonly desk: OperatorDesk;

  constructor() {
    const shards: ShardPort = {
      command: (request) => this.asked.push(request),
      myHolds: () => undefined,
      watch: () => undefined,
      unwatch: () => undefined,
      snapshot: (correlation) => this.read.push(correlation),
    };
    const gateway: ShardListener = {
      onAnswer: (...all) => this.passedOn.push(['onAnswer', ...all]),
      onSubscribed: (...all) => this.passedOn.push(['onSubscribed', ...all]),
      onPublish: (...all) => this.passedOn.push(['onPublish', ...all]),
      onNotify: (...all) => this.passedOn.push(['onNotify', ...all]),
      onSnapshot: (...all) => this.passedOn.push(['onSnapshot', ...all]),
      onShardLost: (...all) => this.passedOn.push(['onShardLost', ...all]),
      onTurnEnd: () => this.passedOn.push(['onTurnEnd']),
    };
    this.desk = new OperatorDesk(shards, gateway, this.time, 5_000);
  }

  answer(n: number, frame: AcceptedFrame | RejectedFrame): void {
    this.desk.onAnswer(must(this.asked[n], 'a request').correlation, encodeMsgpack(frame));
  }
}

test("operators' commands go to the actor as everybody's, and each gets its own answer", async () => {
  const scene = new Scene();
  const first = scene.desk.operate('event-1', command);
  const second = scene.desk.operate('event-2', command);
  assert.deepEqual(
    scene.asked.map((request) => ({ ...request, correlation: 0 })),
    ['event-1', 'event-2'].map((eventId) => ({
      correlation: 0,
      reqId: 0,
      eventId,
      sessionId: 0,
      othersListen: false,
      command,
    })),
  );
  scene.answer(1, [5, 0, '409 not_available', 'Cannot block', { seats: [3] }]);
  scene.answer(0, [4, 0, [2, 7], { seats: [3] }]);
  assert.deepEqual(await first, { kind: 'accepted', position: [2, 7], body: { seats: [3] } });
  assert.deepEqual(await second, {
    kind: 'rejected',
    rejection: { code: 'not_available', message: 'Cannot block', seats: [3] },
  });
  assert.equal(scene.time.pendingTimers, 0);
  assert.deepEqual(scene.passedOn, []);
});

test('[I7] without an answer in time the outcome is unknown; one that comes too late finds nobody', async () => {
  const scene = new Scene();
  const outcome = scene.desk.operate('event-1', command);
  scene.time.advance(5_000);
  const unknown = await outcome;
  assert.ok(unknown.kind === 'rejected');
  assert.equal(unknown.rejection.code, 'unavailable');
  scene.answer(0, [4, 0, [2, 7], { seats: [3] }]);
  assert.deepEqual(scene.passedOn, []);
});

test('a refusal keeps what it says of retrying', async () => {
  const scene = new Scene();
  const outcome = scene.desk.operate('event-1', command);
  scene.answer(0, [5, 0, '503 busy', 'Cannot take the command', { retryAfterMs: 250 }]);
  assert.deepEqual(await outcome, {
    kind: 'rejected',
    rejection: { code: 'busy', message: 'Cannot take the command', retryAfterMs: 250 },
  });
});

test('a map is read from whoever has the event; null where it cannot be had', async () => {
  const scene = new Scene();
  const reads = [1, 2, 3].map(() => scene.desk.readMap('event-1'));
  const map: SnapshotFrame = [2, 'event-1', [2, 7], 4, Uint8Array.of(0b11_10_01_00), []];
  scene.desk.onSnapshot(must(scene.read[0], 'a read'), encodeMsgpack(map));
  scene.desk.onSnapshot(must(scene.read[1], 'a read'), encodeMsgpack([5, 0, '503 busy', 'Cannot read', {}]));
  scene.time.advance(5_000);
  const [read, ...none] = await Promise.all(reads);
  assert.deepEqual([read?.[2], read?.[3], [...(read?.[4] ?? [])]], [[2, 7], 4, [...map[4]]]);
  assert.deepEqual(none, [null, null]);
  assert.deepEqual(scene.passedOn, []);
});

test("everything else is the gateway's, as it came", () => {
  const { desk, passedOn } = new Scene();
  const frame = Uint8Array.of(1);
  const isOfShard = (): boolean => true;
  desk.onAnswer(2 ** 31 - 1, frame);
  desk.onSubscribed(2 ** 31 + 1, true, [frame]);
  desk.onPublish('event-1', frame);
  desk.onNotify('event-1', 'ann', 4, frame);
  desk.onSnapshot(2 ** 31 + 2, frame);
  desk.onShardLost(isOfShard);
  desk.onTurnEnd();
  assert.deepEqual(passedOn, [
    ['onAnswer', 2 ** 31 - 1, frame],
    ['onSubscribed', 2 ** 31 + 1, true, [frame]],
    ['onPublish', 'event-1', frame],
    ['onNotify', 'event-1', 'ann', 4, frame],
    ['onSnapshot', 2 ** 31 + 2, frame],
    ['onShardLost', isOfShard],
    ['onTurnEnd'],
  ]);
});

test("operators' correlations never meet the gateway's", () => {
  const { desk, asked } = new Scene();
  for (let n = 0; n < 3; n += 1) void desk.operate('event-1', command);
  assert.equal(new Set(asked.map(({ correlation }) => correlation)).size, 3);
  assert.ok(asked.every(({ correlation }) => correlation >= 2 ** 31 + 2 ** 30 && correlation < 2 ** 32));
});
