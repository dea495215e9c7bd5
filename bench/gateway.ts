/**
 * How many commands a second pass the gateway alone: WebSocket in, decode, checks, pending table, shard port, answer out.
 * The shards here are an echo: every command of a turn is answered in the next, with a real `accepted` frame. The clients
 * live on a thread of their own and send frames encoded beforehand, so the main thread is the limit on two cores.
 *
 *     node dist/bench/gateway.js [seconds] [sockets] [window]
 */
import { connect, type Socket } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { startGateway, type Gateway } from '../src/gateway/gateway.js';
import { SessionTokens } from '../src/gateway/tokens.js';
import { systemClock } from '../src/lib/clock.js';
import { must } from '../src/lib/must.js';
import { systemRandom } from '../src/lib/random.js';
import { pause, systemTimers } from '../src/lib/timers.js';
import type { Log } from '../src/observability/log.js';
import { encodeMsgpack, encodeUpMsgpack } from '../src/protocol/msgpack.js';
import type { UpFrame } from '../src/protocol/up.js';
import type { CommandRequest, ShardPort } from '../src/shard/port.js';

interface Load {
  readonly port: number;
  readonly sockets: number;
  /** Commands of one socket that are on their way at once. */
  readonly window: number;
  readonly tokens: readonly string[];
}

/** Answers everything that a turn brought at the end of that turn. */
class EchoShards implements ShardPort {
  gateway: Gateway | null = null;
  #waiting: CommandRequest[] = [];
  readonly #answer = encodeMsgpack([
    4,
    0xffff_ffff,
    [1, 123_456],
    { holdId: 'H1-2n9c', seats: [1, 2], expiresInMs: 600_000, totalMinor: 2000, currency: 'EUR' },
  ]).slice();

  command(request: CommandRequest): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#answerAll());
    this.#waiting.push(request);
  }

  myHolds(): void {}
  watch(): void {}
  unwatch(): void {}
  snapshot(): void {}

  #answerAll(): void {
    const gateway = must(this.gateway, 'the gateway');
    const waiting = this.#waiting;
    this.#waiting = [];
    const arena = Buffer.allocUnsafe(waiting.length * this.#answer.length);
    for (const [place, { correlation, reqId }] of waiting.entries()) {
      const at = place * this.#answer.length;
      arena.set(this.#answer, at);
      // [4, reqId as uint32, …]
      arena.writeUInt32BE(reqId, at + 3);
      gateway.sockets.onAnswer(correlation, arena.subarray(at, at + this.#answer.length));
    }
    gateway.sockets.onTurnEnd();
  }
}

/** A client's WebSocket frame (RFC 6455, 5.2) with a mask of zeros, so that the payload stands as it is. */
function masked(payload: Uint8Array): Buffer {
  const length = payload.length < 126 ? [0x80 | payload.length] : [0xfe, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from([0x82, ...length, 0, 0, 0, 0]), payload]);
}

function upFrame(frame: UpFrame): Buffer {
  return masked(encodeUpMsgpack(frame));
}

/** Counts the server's frames in a stream of bytes; they may be cut anywhere. */
class FrameCounter {
  #rest: Buffer = Buffer.alloc(0);

  count(chunk: Buffer): number {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let frames = 0;
    let at = 0;
    while (bytes.length - at >= 2) {
      const short = bytes.readUInt8(at + 1);
      if (short === 126 && bytes.length - at < 4) break;
      const size = short === 126 ? 4 + bytes.readUInt16BE(at + 2) : 2 + short;
      if (bytes.length - at < size) break;
      at += size;
      frames += 1;
    }
    this.#rest = bytes.subarray(at);
    return frames;
  }
}

function runClient({ port, window }: Load, token: string, answered: (frames: number) => void): Socket {
  const socket = connect(port, '127.0.0.1');
  const counter = new FrameCounter();
  const one = upFrame({
    kind: 'hold',
    reqId: 77_777_777,
    eventId: 'demo',
    commandId: 'command-00000001',
    seats: [1, 2],
  });
  const many = Buffer.concat(Array.from({ length: window }, () => one));
  let isUpgraded = false;
  let owed = 0;
  socket.setNoDelay(true);
  socket.write(
    `GET /v1/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n` +
      `Sec-WebSocket-Protocol: usher.v1.msgpack\r\n\r\n`,
  );
  socket.on('data', (chunk) => {
    if (!isUpgraded) {
      isUpgraded = true;
      socket.write(Buffer.concat([upFrame({ kind: 'hello', reqId: 1, token }), many]));
      return;
    }
    const frames = counter.count(chunk);
    answered(frames);
    owed += frames;
    // In halves, so that each write is worth its system call.
    if (owed >= window / 2) {
      socket.write(many.subarray(0, owed * one.length));
      owed = 0;
    }
  });
  return socket;
}

function runClients(load: Load): void {
  let total = 0;
  const sockets = load.tokens.map((token) =>
    runClient(load, token, (frames) => {
      total += frames;
    }),
  );
  setInterval(() => must(parentPort, 'the main thread').postMessage(total), 100);
  must(parentPort, 'the main thread').on('message', () => {
    for (const socket of sockets) socket.destroy();
    process.exit(0);
  });
}

async function main(): Promise<void> {
  const [seconds = 5, sockets = 16, window = 256] = process.argv.slice(2).map(Number);
  const shards = new EchoShards();
  const tokens = new SessionTokens([{ keyId: 'k1', secret: Buffer.alloc(32, 1) }]);
  const log: Log = { debug: () => {}, info: () => {}, warn: console.warn, error: console.error, child: () => log };
  const gateway = startGateway({
    nodeId: 'bench',
    host: '127.0.0.1',
    port: 0,
    allowedOrigins: [],
    trustedProxies: [],
    rateLimit: false,
    messagesPerSecond: 20,
    connectionsPerAddress: 64,
    sessionsPerAddress: 60,
    sessionTtlMs: 3_600_000,
    shards,
    tokens,
    adminTokenHash: new Uint8Array(32),
    integrators: { integratorOf: () => Promise.resolve(null), organiserOf: () => Promise.resolve(null) },
    bookingsOf: () => Promise.resolve([]),
    nowMs: () => Date.now(),
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    log,
  });
  shards.gateway = gateway;
  const load: Load = {
    port: gateway.port,
    sockets,
    window,
    tokens: Array.from({ length: sockets }, (_, place) => tokens.issue(`holder-${place}`, Date.now() + 3_600_000)),
  };
  const clients = new Worker(new URL(import.meta.url), { workerData: load });
  let answered = 0;
  clients.on('message', (total: number) => {
    answered = total;
  });
  await pause(systemTimers, 1500);
  const before = { answered, cpu: process.cpuUsage(), atMs: performance.now() };
  await pause(systemTimers, seconds * 1000);
  const elapsedMs = performance.now() - before.atMs;
  const perSecond = Math.round(((answered - before.answered) * 1000) / elapsedMs);
  const { user, system } = process.cpuUsage(before.cpu);
  const cores = (user + system) / 1000 / elapsedMs;
  console.log(
    `${perSecond.toLocaleString('en')} commands/s, ${sockets} sockets × ${window}, ${cores.toFixed(2)} cores`,
  );
  const { commandsRejected, messagesReceived } = gateway.stats();
  if (Object.keys(commandsRejected).length > 0) throw new Error(`Refused: ${JSON.stringify(commandsRejected)}`);
  if (messagesReceived < answered) throw new Error(`More answers than commands: ${answered} of ${messagesReceived}`);
  clients.postMessage('stop');
  await new Promise((resolve) => clients.on('exit', resolve));
  gateway.closeNow();
}

if (isMainThread) await main();
else runClients(workerData as Load);
