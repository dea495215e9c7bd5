import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, describe, test } from 'node:test';
import { limits } from '../config/limits.js';
import type { DeltaFrame, SnapshotFrame } from '../protocol/down.js';
import { gatewayLimits } from './limits.js';
import type { LiveClient } from './testing/live-client.js';
import { bytesOf, TestGateway } from './testing/test-gateway.js';

let server: TestGateway;
afterEach(() => server.stop());

const eventId = 'event-1';
/** 40 KB: below the soft bound is no room for two. */
const manySeats = Array.from({ length: 40_000 }, (_, place) => place % 2);

function delta(seq: number): DeltaFrame {
  return [3, eventId, 1, seq - 1, seq, manySeats, []];
}

function snapshotAt(seq: number): SnapshotFrame {
  return [2, eventId, [1, seq], 4, Uint8Array.of(0), []];
}

/**
 * Publishes from seq 11 on, while somebody reads nothing, until the system takes no more for that one. `quick` reads along
 * and misses nothing. Returns the last published seq.
 */
async function fillUp(quick?: LiveClient): Promise<number> {
  let seq = 10;
  while (server.gateway.stats().deltasSkipped === 0) {
    seq += 1;
    server.publish(eventId, delta(seq));
    if (quick !== undefined) assert.deepEqual((await quick.next()).slice(3, 5), [seq - 1, seq]);
  }
  return seq;
}

async function nextSeqs(client: LiveClient, untilSeq: number): Promise<number[]> {
  const seqs: number[] = [];
  while (seqs.at(-1) !== untilSeq) {
    const frame = await client.next();
    if (frame[0] === 2) seqs.push(frame[2][1]);
    else if (frame[0] === 3) seqs.push(frame[4]);
  }
  return seqs;
}

describe('[I14] a slow reader', () => {
  for (const subprotocol of ['usher.v1.msgpack', 'usher.v1.json'] as const) {
    test(`${subprotocol}: gets no more deltas, and once it has drained a snapshot and what comes after it`, async () => {
      server = new TestGateway();
      const quick = await server.watch('otto', eventId);
      const slow = await server.watch('anna', eventId, subprotocol);
      slow.socket.pause();
      const lastSeq = await fillUp(quick);
      assert.ok(server.gateway.stats().sendQueueBytes > gatewayLimits.sendQueueBytesSoft);
      slow.socket.resume();
      const { correlation } = await server.shards.snapshots.take();
      // Made before the snapshot was handled: already in it.
      server.publish(eventId, delta(lastSeq + 1));
      server.gateway.sockets.onSnapshot(correlation, bytesOf(snapshotAt(lastSeq + 1)));
      server.gateway.sockets.onPublish(eventId, bytesOf(delta(lastSeq + 2)));
      server.gateway.sockets.onTurnEnd();
      const seqs = await nextSeqs(slow, lastSeq + 2);
      const resumedAt = seqs.indexOf(lastSeq + 1);
      assert.deepEqual(seqs.slice(resumedAt), [lastSeq + 1, lastSeq + 2]);
      // Up to where it fell behind nothing is missing.
      assert.deepEqual(
        seqs.slice(0, resumedAt),
        Array.from({ length: resumedAt }, (_, place) => 11 + place),
      );
      assert.ok(resumedAt < lastSeq - 10, 'deltas were left out');
      assert.equal(server.gateway.stats().resyncs, 1);
      assert.deepEqual(await nextSeqs(quick, lastSeq + 2), [lastSeq + 1, lastSeq + 2]);
    });
  }

  test('asks again when the event could not be read', async () => {
    server = new TestGateway();
    const slow = await server.watch('anna', eventId);
    slow.socket.pause();
    const lastSeq = await fillUp();
    slow.socket.resume();
    const first = await server.shards.snapshots.take();
    server.snapshot(first.correlation, [5, 0, '503 unavailable', 'Cannot', {}]);
    server.time.advance(gatewayLimits.tickMs);
    // And when there was no answer at all, or the shard has gone.
    await server.shards.snapshots.take();
    server.time.advance(limits.answerTimeoutMs + gatewayLimits.tickMs);
    await server.shards.snapshots.take();
    server.shardLost(() => true);
    server.time.advance(gatewayLimits.tickMs);
    const last = await server.shards.snapshots.take();
    server.snapshot(last.correlation, snapshotAt(lastSeq));
    assert.equal((await nextSeqs(slow, lastSeq)).at(-1), lastSeq);
    assert.equal(server.gateway.stats().sockets, 1);
  });

  test('a snapshot for everyone brings it up to date as well', async () => {
    server = new TestGateway();
    const slow = await server.watch('anna', eventId);
    slow.socket.pause();
    const lastSeq = await fillUp();
    slow.socket.resume();
    const { correlation } = await server.shards.snapshots.take();
    server.publish(eventId, snapshotAt(lastSeq));
    server.snapshot(correlation, snapshotAt(lastSeq));
    server.publish(eventId, delta(lastSeq + 1));
    const seqs = await nextSeqs(slow, lastSeq + 1);
    assert.deepEqual(seqs.slice(-2), [lastSeq, lastSeq + 1]);
  });

  test('that unsubscribes meanwhile gets nothing more of it', async () => {
    server = new TestGateway();
    const slow = await server.watch('anna', eventId);
    slow.socket.pause();
    const lastSeq = await fillUp();
    slow.socket.resume();
    const { correlation } = await server.shards.snapshots.take();
    slow.send({ kind: 'unsubscribe', reqId: 77, eventId });
    await server.shards.unwatches.take();
    server.snapshot(correlation, snapshotAt(lastSeq));
    while ((await slow.next())[0] !== 4);
    await slow.settle();
    assert.equal(server.gateway.stats().resyncs, 0);
  });

  test('that has not drained for too long is closed with 4008', async () => {
    server = new TestGateway();
    const slow = await server.watch('anna', eventId);
    slow.socket.pause();
    await fillUp();
    server.time.advance(gatewayLimits.sendQueueAgeMaxMs + gatewayLimits.tickMs * 2);
    assert.equal(server.gateway.stats().sockets, 0);
    slow.socket.resume();
    assert.equal(await slow.closed, 4008);
  });

  test('whose answers pile up over the bound is closed with 4008, and no answer is lost silently', async () => {
    server = new TestGateway({ rateLimit: false });
    const slow = await server.watch('anna', eventId);
    const quick = await server.join('otto');
    slow.socket.pause();
    await fillUp();
    const holds = { holds: [{ holdId: 'h', seats: Array.from({ length: 5000 }, () => 1), expiresInMs: 1 }] };
    let asked = 0;
    for (; asked < 200 && server.gateway.stats().socketsClosed[4008] === undefined; asked += 1) {
      slow.send({ kind: 'myHolds', reqId: asked, eventId });
      const { correlation, reqId } = await server.shards.myHoldsRequests.take();
      server.answer(correlation, [4, reqId, [1, 10], holds]);
    }
    assert.equal(server.gateway.stats().socketsClosed[4008], 1);
    slow.socket.resume();
    assert.equal(await slow.closed, 4008);
    const answered: number[] = [];
    while (slow.frames.size > 0) {
      const frame = await slow.next();
      if (frame[0] === 4) answered.push(frame[1]);
    }
    assert.deepEqual(
      answered,
      Array.from({ length: answered.length }, (_, place) => place),
    );
    assert.ok(answered.length < asked);
    await quick.settle();
  });

  test('a quick one on the same socket pair is never judged slow', async () => {
    server = new TestGateway();
    const client = await server.watch('anna', eventId);
    for (let seq = 11; seq < 61; seq += 1) {
      server.publish(eventId, delta(seq));
      assert.deepEqual((await client.next()).slice(3, 5), [seq - 1, seq]);
    }
    const { resyncs, deltasSkipped } = server.gateway.stats();
    assert.deepEqual([resyncs, deltasSkipped], [0, 0]);
  });
});

test('a client that sends and never reads does not hold the gateway up', async () => {
  server = new TestGateway({ rateLimit: false });
  const rude = await server.join('anna');
  const polite = await server.join('otto');
  rude.socket.pause();
  const ping = Buffer.from([0x92, 4, 1]);
  for (let i = 0; i < 100_000 && rude.socket.readyState === rude.socket.OPEN; i += 1) {
    rude.sendRaw(ping);
    if (i % 5000 === 0) await polite.settle();
  }
  rude.socket.terminate();
  if (rude.socket.readyState !== rude.socket.CLOSED) await once(rude.socket, 'close');
  await polite.settle();
  assert.deepEqual(server.faults, []);
});
