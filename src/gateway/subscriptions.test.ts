import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { limits } from '../config/limits.js';
import type { DeltaFrame, DownFrame, HoldEndedFrame, SnapshotFrame } from '../protocol/down.js';
import { gatewayLimits } from './limits.js';
import type { LiveClient } from './testing/live-client.js';
import { bothSubprotocols, bytesOf, TestGateway } from './testing/test-gateway.js';

let server: TestGateway;
afterEach(() => server.stop());

const eventId = 'event-1';
const snapshot: SnapshotFrame = [2, eventId, [1, 10], 5, Uint8Array.of(0b0110_0100, 1), []];

function delta(fromSeq: number, toSeq: number, of = eventId): DeltaFrame {
  return [3, of, 1, fromSeq, toSeq, [0, 1], []];
}

function subscribe(reqId: number, of = eventId): { kind: 'subscribe'; reqId: number; eventId: string; position: null } {
  return { kind: 'subscribe', reqId, eventId: of, position: null };
}

async function nextPlain(client: LiveClient): Promise<DownFrame> {
  const frame = await client.next();
  // Buffers of the two encodings differ in type only.
  return frame[0] === 2 ? [2, frame[1], frame[2], frame[3], new Uint8Array(frame[4]), frame[5]] : frame;
}

describe('[I14] a subscription', () => {
  for (const subprotocol of bothSubprotocols) {
    test(`${subprotocol}: accepted, then the snapshot, then every delta and none of before`, async () => {
      server = new TestGateway();
      const { gateway, shards } = server;
      const client = await server.join('anna', subprotocol);
      client.send(subscribe(5));
      const { correlation, ...watch } = await shards.watches.take();
      assert.deepEqual(watch, { reqId: 5, eventId, position: null });
      gateway.sockets.onPublish(eventId, bytesOf(delta(9, 10)));
      gateway.sockets.onSubscribed(correlation, true, [[4, 5, [1, 10], {}] as const, snapshot].map(bytesOf));
      gateway.sockets.onPublish(eventId, bytesOf(delta(10, 12)));
      gateway.sockets.onTurnEnd();
      server.publish(eventId, delta(12, 13));
      server.publish('other', delta(1, 2, 'other'));
      assert.deepEqual(await client.next(), [4, 5, [1, 10], {}]);
      assert.deepEqual(await nextPlain(client), snapshot);
      assert.deepEqual(await client.next(), delta(10, 12));
      assert.deepEqual(await client.next(), delta(12, 13));
      await client.settle();
    });
  }

  test('a position travels to the shard', async () => {
    server = new TestGateway();
    const client = await server.join('anna');
    client.send({ ...subscribe(5), position: [3, 77] });
    assert.deepEqual((await server.shards.watches.take()).position, [3, 77]);
  });

  test('both encodings watch one event', async () => {
    server = new TestGateway();
    const msgpack = await server.watch('anna', eventId, 'usher.v1.msgpack');
    const json = await server.watch('otto', eventId, 'usher.v1.json');
    await server.watch('otto', 'event-2');
    assert.deepEqual(Object.fromEntries(server.gateway.sockets.watchers()), { [eventId]: 2, 'event-2': 1 });
    server.publish(eventId, delta(10, 11));
    assert.deepEqual(await msgpack.next(), delta(10, 11));
    assert.deepEqual(await json.next(), delta(10, 11));
  });

  test('a refused one is answered and watches nothing', async () => {
    server = new TestGateway();
    const client = await server.join('anna');
    client.send(subscribe(5));
    const { correlation } = await server.shards.watches.take();
    server.subscribed(correlation, [[5, 5, '404 unknown_event', 'Cannot', {}]], false);
    server.publish(eventId, delta(10, 11));
    assert.deepEqual((await client.next()).slice(0, 3), [5, 5, '404 unknown_event']);
    await client.settle();
    assert.equal(server.gateway.stats().subscriptions, 0);
    assert.equal(server.shards.unwatches.size, 0);
  });

  test('a second one of the same event starts the order anew and leaves one watcher', async () => {
    server = new TestGateway();
    const client = await server.watch('anna', eventId);
    client.send(subscribe(6));
    const { correlation } = await server.shards.watches.take();
    server.publish(eventId, delta(10, 12));
    assert.deepEqual(await client.next(), delta(10, 12));
    server.subscribed(correlation, [[4, 6, [1, 12], {}], snapshot]);
    assert.equal(await server.shards.unwatches.take(), eventId);
    server.publish(eventId, delta(12, 13));
    assert.deepEqual(await client.next(), [4, 6, [1, 12], {}]);
    assert.equal((await client.next())[0], 2);
    assert.deepEqual(await client.next(), delta(12, 13));
    await client.settle();
    assert.equal(server.gateway.stats().subscriptions, 1);
    assert.equal(server.shards.unwatches.size, 0);
  });

  test('[I7] a second one that is refused leaves the first as it is', async () => {
    server = new TestGateway();
    const client = await server.watch('anna', eventId);
    client.send(subscribe(6));
    const { correlation } = await server.shards.watches.take();
    server.subscribed(correlation, [[5, 6, '503 busy', 'Cannot', {}]], false);
    server.publish(eventId, delta(10, 11));
    assert.equal((await client.next())[0], 5);
    assert.deepEqual(await client.next(), delta(10, 11));
  });

  test('more than 32 are refused, and watching one of them anew is not', async () => {
    server = new TestGateway({ rateLimit: false });
    const client = await server.join('anna');
    for (let i = 0; i < 32; i += 1) {
      client.send(subscribe(i, `event-${i}`));
      const { correlation, reqId } = await server.shards.watches.take();
      server.subscribed(correlation, [[4, reqId, [1, 1], {}]]);
      await client.next();
    }
    client.send(subscribe(50, 'one-more'));
    assert.deepEqual((await client.next()).slice(0, 3), [5, 50, '413 limit_exceeded']);
    client.send(subscribe(51, 'event-0'));
    assert.equal((await server.shards.watches.take()).reqId, 51);
  });

  test('that gets no answer is unavailable, and when it succeeds after all nobody watches', async () => {
    server = new TestGateway();
    const client = await server.join('anna');
    client.send(subscribe(5));
    const { correlation } = await server.shards.watches.take();
    server.time.advance(limits.answerTimeoutMs + gatewayLimits.tickMs);
    assert.deepEqual((await client.next()).slice(0, 3), [5, 5, '503 unavailable']);
    server.subscribed(correlation, [[4, 5, [1, 10], {}], snapshot]);
    assert.equal(await server.shards.unwatches.take(), eventId);
    server.publish(eventId, delta(10, 11));
    await client.settle();
  });

  test('whose shard is gone before it answered is unavailable', async () => {
    server = new TestGateway();
    const client = await server.join('anna');
    client.send(subscribe(5));
    const { correlation } = await server.shards.watches.take();
    server.shardLost(() => true);
    assert.deepEqual((await client.next()).slice(0, 3), [5, 5, '503 unavailable']);
    server.subscribed(correlation, [[4, 5, [1, 10], {}], snapshot]);
    await client.settle();
    assert.equal(server.shards.unwatches.size, 0);
  });

  test('stays when its shard is gone, and gets the snapshot of the new one', async () => {
    server = new TestGateway();
    const client = await server.watch('anna', eventId);
    server.shardLost(() => true);
    server.publish(eventId, [2, eventId, [2, 15], 4, Uint8Array.of(0), []]);
    assert.deepEqual((await nextPlain(client)).slice(0, 3), [2, eventId, [2, 15]]);
  });

  test('of a socket that has gone is given up, answered or not', async () => {
    server = new TestGateway();
    const client = await server.watch('anna', 'event-a');
    client.send(subscribe(6, 'event-b'));
    const { correlation } = await server.shards.watches.take();
    client.socket.terminate();
    assert.equal(await server.shards.unwatches.take(), 'event-a');
    server.subscribed(correlation, [[4, 6, [1, 10], {}], snapshot]);
    assert.equal(await server.shards.unwatches.take(), 'event-b');
    assert.equal(server.gateway.stats().subscriptions, 0);
  });
});

describe('unsubscribe', () => {
  test('is accepted with the last published position and ends the deltas', async () => {
    server = new TestGateway();
    const client = await server.watch('anna', eventId);
    server.publish(eventId, delta(10, 300));
    await client.next();
    client.send({ kind: 'unsubscribe', reqId: 9, eventId });
    assert.deepEqual(await client.next(), [4, 9, [1, 300], {}]);
    assert.equal(await server.shards.unwatches.take(), eventId);
    server.publish(eventId, delta(300, 301));
    await client.settle();
  });

  test('of what is not subscribed is accepted as well', async () => {
    server = new TestGateway();
    const client = await server.join('anna');
    client.send({ kind: 'unsubscribe', reqId: 9, eventId });
    assert.deepEqual(await client.next(), [4, 9, [0, 0], {}]);
    assert.equal(server.shards.unwatches.size, 0);
  });

  test('right behind its subscribe is handled after it', async () => {
    server = new TestGateway();
    const client = await server.join('anna');
    client.send(subscribe(5), { kind: 'unsubscribe', reqId: 6, eventId });
    await client.settle();
    const { correlation } = await server.shards.watches.take();
    server.subscribed(correlation, [[4, 5, [1, 10], {}], snapshot]);
    server.publish(eventId, delta(10, 11));
    assert.deepEqual(await client.next(), [4, 5, [1, 10], {}]);
    assert.deepEqual(await nextPlain(client), snapshot);
    assert.deepEqual(await client.next(), [4, 6, [1, 10], {}]);
    await client.settle();
    assert.equal(await server.shards.unwatches.take(), eventId);
  });
});

describe('frames 6 and 9', () => {
  const ended: HoldEndedFrame = [6, eventId, [1, 11], 'H1-1', 'expired', [1, 2]];

  test("go to the holder's sockets that watch the event, except the one that got the answer", async () => {
    server = new TestGateway();
    const asking = await server.watch('anna', eventId);
    const watching = await server.watch('anna', eventId, 'usher.v1.json');
    const elsewhere = await server.watch('anna', 'event-2');
    const stranger = await server.watch('otto', eventId);
    asking.send({ kind: 'hold', reqId: 9, eventId, commandId: 'command-1', seats: [1] });
    const { sessionId } = await server.shards.commands.take();
    server.gateway.sockets.onNotify(eventId, 'anna', sessionId, bytesOf(ended));
    server.gateway.sockets.onNotify(
      eventId,
      'anna',
      0,
      bytesOf([9, eventId, [1, 12], { holdId: 'h', seats: [], expiresInMs: 1 }]),
    );
    server.gateway.sockets.onTurnEnd();
    assert.deepEqual(await watching.next(), ended);
    assert.equal((await watching.next())[0], 9);
    assert.equal((await asking.next())[0], 9);
    for (const client of [asking, watching, elsewhere, stranger]) await client.settle();
  });
});
