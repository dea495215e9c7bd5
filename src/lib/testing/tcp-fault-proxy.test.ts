import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { TcpFaultProxy } from './tcp-fault-proxy.js';

/** A server that says back what it hears, and what it has heard of all connections. */
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => {
    heard.bytes += bytes.length;
    server.emit('heard');
    socket.write(bytes);
  });
});
const heard = { bytes: 0 };
let proxy: TcpFaultProxy;
const clients: Socket[] = [];

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address !== 'string');
  proxy = await TcpFaultProxy.start(address.port);
});

after(() => {
  proxy.close();
  for (const client of clients) client.destroy();
  server.close();
});

async function open(): Promise<Socket> {
  const client = connect(proxy.port, '127.0.0.1');
  clients.push(client);
  await once(client, 'connect');
  return client;
}

/** Reads until that many bytes have come. */
function read(client: Socket, count: number): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    client.on('data', function take(chunk: Buffer) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes < count) return;
      client.off('data', take);
      resolve(Buffer.concat(chunks));
    });
  });
}

async function heardAtLeast(count: number): Promise<void> {
  while (heard.bytes < count) await once(server, 'heard');
}

test('without faults everything passes, whole and in order', async () => {
  const client = await open();
  const bytes = Buffer.alloc(3_000_000, 'seventeen ');
  client.write(bytes);
  assert.ok((await read(client, bytes.length)).equals(bytes));
  client.end();
  await once(client, 'close');
});

test('refused: new connections fail at once, those there are go on; resumed on the same port', async () => {
  const old = await open();
  const { port } = proxy;
  proxy.refuse();
  const refused = connect(port, '127.0.0.1');
  const [error] = await once(refused, 'error');
  assert.equal(error.code, 'ECONNREFUSED');
  old.write('still');
  assert.equal(String(await read(old, 5)), 'still');
  await proxy.resume();
  assert.equal(proxy.port, port);
  const fresh = await open();
  fresh.write('again');
  assert.equal(String(await read(fresh, 5)), 'again');
});

test('cut: both sides of every connection end', async () => {
  const client = await open();
  client.write('x');
  await read(client, 1);
  const closed = once(client, 'close');
  proxy.cut();
  await closed;
});

test('stalled: accepted, and nothing arrives until it is resumed', async () => {
  proxy.stall();
  const client = await open();
  const bytesBefore = heard.bytes;
  client.write('late');
  // A way around the proxy shows that time enough has passed for anything to arrive.
  await aroundTheProxy();
  assert.equal(heard.bytes, bytesBefore + 1);
  await proxy.resume();
  assert.equal(String(await read(client, 4)), 'late');
});

test('stalled in one direction: the other one passes', async () => {
  const client = await open();
  proxy.stall('down');
  const bytesBefore = heard.bytes;
  let answered = false;
  client.once('data', () => {
    answered = true;
  });
  client.write('question');
  await heardAtLeast(bytesBefore + 8);
  await aroundTheProxy();
  assert.equal(answered, false);
  const answer = read(client, 8);
  await proxy.resume();
  assert.equal(String(await answer), 'question');
});

test('delayed: nothing is lost, the order stays, and no byte comes before its time', async () => {
  const client = await open();
  proxy.delay(30);
  const sentMs = performance.now();
  client.write('one ');
  client.write('two');
  assert.equal(String(await read(client, 7)), 'one two');
  // Never earlier than both directions take; how much later is the machine's affair.
  assert.ok(performance.now() - sentMs >= 59);
  await proxy.resume();
});

test('limited: it takes at least the time that the bandwidth needs, and all arrives', async () => {
  const client = await open();
  proxy.limit(2_000_000);
  const bytes = Buffer.alloc(200_000, 'abcdefghij');
  const sentMs = performance.now();
  client.write(bytes);
  assert.ok((await read(client, bytes.length)).equals(bytes));
  // The last piece of up to 64 KiB is passed on before its own time has been spent.
  assert.ok(performance.now() - sentMs >= ((200_000 - 65_536) / 2_000_000) * 1000 - 1);
  await proxy.resume();
});

async function aroundTheProxy(): Promise<void> {
  const address = server.address();
  assert.ok(address !== null && typeof address !== 'string');
  const direct = connect(address.port, '127.0.0.1');
  clients.push(direct);
  direct.write('.');
  await read(direct, 1);
}
