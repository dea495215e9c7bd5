import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { type WebSocket, WebSocketServer } from 'ws';
import { Deferred } from './deferred.js';
import { myHoldsFrame } from './frames.js';
import { subprotocol } from './handshake.js';
import { RawSocket } from './raw-socket.js';

interface Link {
  readonly server: WebSocketServer;
  readonly far: WebSocket;
  readonly near: RawSocket;
  readonly messages: Buffer[];
  readonly closed: Promise<string>;
  /** Resolves once so many messages have come. */
  readonly received: (count: number) => Promise<void>;
}

async function listen(chosen: string | false): Promise<{ server: WebSocketServer; url: URL }> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => chosen });
  await once(server, 'listening');
  return { server, url: new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/live`) };
}

async function link(): Promise<Link> {
  const { server, url } = await listen(subprotocol);
  const messages: Buffer[] = [];
  const arrivals = new EventEmitter();
  const closed = new Deferred<string>();
  const listener = {
    onMessage(bytes: Uint8Array, start: number, end: number) {
      messages.push(Buffer.from(bytes.subarray(start, end)));
      arrivals.emit('message');
    },
    onClosed: (reason: string) => closed.resolve(reason),
  };
  const connected = once(server, 'connection') as Promise<[WebSocket]>;
  const near = await RawSocket.open(url, listener);
  const [far] = await connected;
  const received = async (count: number) => {
    while (messages.length < count) await once(arrivals, 'message');
  };
  return { server, far, near, messages, closed: closed.promise, received };
}

test('frames of one write arrive one by one, whole and unmasked', async () => {
  const { server, far, near } = await link();
  const frames = Array.from({ length: 3_000 }, (_, i) => myHoldsFrame(i, `event-${'x'.repeat(i % 58)}`));
  const arrived: string[] = [];
  const all = new Promise<void>((resolve) => {
    far.on('message', (data: Buffer) => {
      arrived.push(data.toString('hex'));
      if (arrived.length === frames.length) resolve();
    });
  });
  for (const { bytes, start, end } of frames) near.append(bytes, start, end);
  near.flush();
  await all;
  assert.deepEqual(
    arrived,
    frames.map(({ bytes, end }) => Buffer.from(bytes.subarray(8, end)).toString('hex')),
  );
  await near.close();
  server.close();
});

test('messages of every length class arrive, in one frame or several', async () => {
  const { server, far, near, messages, received } = await link();
  const sent = [0, 1, 125, 126, 65_535, 65_536, 1_000_000].map((length) => Buffer.alloc(length, length & 0xff));
  for (const message of sent) far.send(message);
  far.send('frag', { fin: false });
  far.ping('between');
  far.send('mented');
  await received(sent.length + 1);
  assert.deepEqual(messages, [...sent, Buffer.from('fragmented')]);
  await near.close();
  server.close();
});

test('a ping is answered with its payload', async () => {
  const { server, far, near } = await link();
  const pong = once(far, 'pong');
  far.ping('are you there?');
  assert.equal(String((await pong)[0]), 'are you there?');
  await near.close();
  server.close();
});

test('the server learns that the client closed in order', async () => {
  const { server, far, near } = await link();
  const closed = once(far, 'close');
  await near.close();
  assert.equal((await closed)[0], 1000);
  server.close();
});

test("the server's close code is told", async () => {
  const { server, far, closed } = await link();
  far.close(4009);
  assert.match(await closed, /4009/);
  server.close();
});

test('a lost connection is told', async () => {
  const { server, far, closed } = await link();
  far.terminate();
  assert.match(await closed, /ended|reset/i);
  server.close();
});

test('a server that does not speak our subprotocol is refused', async () => {
  const { server, url } = await listen(false);
  await assert.rejects(RawSocket.open(url, { onMessage() {}, onClosed() {} }), /does not speak usher\.v1\.msgpack/);
  server.close();
});

test('a port where nobody listens is told in one line', async () => {
  const { server, url } = await listen(false);
  server.close();
  await once(server, 'close');
  await assert.rejects(RawSocket.open(url, { onMessage() {}, onClosed() {} }), /^Error: Cannot open a WebSocket .*$/);
});
