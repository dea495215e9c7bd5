import { systemRandom } from '../../lib/random.js';
import { VirtualTime } from '../../lib/testing/virtual-time.js';
import type { Log } from '../../observability/log.js';
import type { DownFrame } from '../../protocol/down.js';
import { encodeMsgpack } from '../../protocol/msgpack.js';
import type { Subprotocol } from '../../protocol/subprotocols.js';
import type { OwnBooking } from '../../store/own-bookings.js';
import { hashOfToken } from '../../store/settings.js';
import { type Gateway, type GatewayOptions, startGateway } from '../gateway.js';
import { SessionTokens } from '../tokens.js';
import { Inbox } from './inbox.js';
import { LiveClient } from './live-client.js';
import { RecordedDirectory } from './recorded-directory.js';
import { RecordedShards } from './recorded-shards.js';

/** Server time where the test begins. */
export const startMs = 1_700_000_000_000;
export const adminToken = 'the-admin-token';
export const bothSubprotocols: readonly Subprotocol[] = ['usher.v1.msgpack', 'usher.v1.json'];

/** A started gateway on a free port, with shards that the test answers for and time that the test lets pass. */
export class TestGateway {
  readonly time = new VirtualTime();
  readonly shards = new RecordedShards();
  readonly directory = new RecordedDirectory();
  /** What each asked for, answered as the test wants. */
  readonly bookings = new Inbox<{ holderId: string; limit: number; resolve: (bookings: OwnBooking[]) => void }>();
  readonly tokens = new SessionTokens([{ keyId: 'k1', secret: Buffer.alloc(32, 7) }]);
  readonly faults: object[] = [];
  readonly gateway: Gateway;
  #clients: LiveClient[] = [];

  constructor(overrides: Partial<GatewayOptions> = {}) {
    this.gateway = startGateway({
      nodeId: 'node-1',
      host: '127.0.0.1',
      port: 0,
      allowedOrigins: [],
      trustedProxies: [],
      rateLimit: true,
      messagesPerSecond: 20,
      connectionsPerAddress: 64,
      sessionsPerAddress: 60,
      sessionTtlMs: 3_600_000,
      shards: this.shards,
      tokens: this.tokens,
      adminTokenHash: hashOfToken(adminToken),
      integrators: this.directory,
      bookingsOf: (holderId, limit) =>
        new Promise((resolve) => {
          this.bookings.put({ holderId, limit, resolve });
        }),
      nowMs: () => this.nowMs(),
      clock: this.time,
      timers: this.time,
      random: systemRandom,
      log: this.#log(),
      ...overrides,
    });
  }

  get url(): string {
    return `ws://127.0.0.1:${this.gateway.port}/v1/live`;
  }

  get httpUrl(): string {
    return `http://127.0.0.1:${this.gateway.port}`;
  }

  nowMs(): number {
    return startMs + this.time.monotonicMs() - 1_000_000;
  }

  token(holderId: string, expiresInMs = 3_600_000): string {
    return this.tokens.issue(holderId, this.nowMs() + expiresInMs);
  }

  /** A socket that has not said hello. */
  async connect(
    subprotocol: Subprotocol = 'usher.v1.msgpack',
    headers: Readonly<Record<string, string>> = {},
  ): Promise<LiveClient> {
    const client = await LiveClient.open(this.url, subprotocol, headers);
    this.#clients.push(client);
    return client;
  }

  /** A socket that has been welcomed. */
  async join(holderId: string, subprotocol: Subprotocol = 'usher.v1.msgpack'): Promise<LiveClient> {
    const client = await this.connect(subprotocol);
    client.send({ kind: 'hello', reqId: 1, token: this.token(holderId) });
    await client.next();
    return client;
  }

  /** A welcomed socket that watches the event, from a snapshot at [1, 10]. */
  async watch(holderId: string, eventId: string, subprotocol: Subprotocol = 'usher.v1.msgpack'): Promise<LiveClient> {
    const client = await this.join(holderId, subprotocol);
    client.send({ kind: 'subscribe', reqId: 2, eventId, position: null });
    const { correlation, reqId } = await this.shards.watches.take();
    this.subscribed(correlation, [
      [4, reqId, [1, 10], {}],
      [2, eventId, [1, 10], 4, Uint8Array.of(0), []],
    ]);
    await client.next();
    await client.next();
    return client;
  }

  // ── what shards do, each a turn of its own ──

  answer(correlation: number, frame: DownFrame): void {
    this.gateway.sockets.onAnswer(correlation, bytesOf(frame));
    this.gateway.sockets.onTurnEnd();
  }

  subscribed(correlation: number, frames: readonly DownFrame[], accepted = true): void {
    this.gateway.sockets.onSubscribed(correlation, accepted, frames.map(bytesOf));
    this.gateway.sockets.onTurnEnd();
  }

  publish(eventId: string, frame: DownFrame): void {
    this.gateway.sockets.onPublish(eventId, bytesOf(frame));
    this.gateway.sockets.onTurnEnd();
  }

  snapshot(correlation: number, frame: DownFrame): void {
    this.gateway.sockets.onSnapshot(correlation, bytesOf(frame));
    this.gateway.sockets.onTurnEnd();
  }

  shardLost(isOfShard: (eventId: string) => boolean): void {
    this.gateway.sockets.onShardLost(isOfShard);
    this.gateway.sockets.onTurnEnd();
  }

  /** Ends it all; resolves when no client has an open socket any more. */
  async stop(): Promise<void> {
    this.gateway.closeNow();
    for (const client of this.#clients) client.socket.terminate();
    await Promise.all(this.#clients.map((client) => client.closed));
  }

  #log(): Log {
    const log: Log = {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (fields) => this.faults.push(fields),
      child: () => log,
    };
    return log;
  }
}

/** As a shard sends it. A copy, as the encoder uses its bytes again. */
export function bytesOf(frame: DownFrame): Uint8Array {
  return encodeMsgpack(frame).slice();
}
