import { must } from '../../lib/must.js';
import type { Random } from '../../lib/random.js';
import type { DownFrame } from '../../protocol/down.js';
import { type UpFrame, upNumbers } from '../../protocol/up.js';
import { type FetchResponse, memorySessionStore, type Platform, type Socket } from '../platform.js';
import { promisesSettled, VirtualTime } from '../../lib/testing/virtual-time.js';

type WireFrame = readonly unknown[];
type Listener = (event: { readonly data: unknown; readonly code: number }) => void;

/** The server's end of one socket of the encoding `usher.v1.json`: it does what the test says and nothing else. */
export class FakeSocket implements Socket {
  binaryType = '';
  readonly url: string;
  readonly subprotocols: readonly string[];
  /** What the client sent, oldest first. */
  readonly received: WireFrame[] = [];
  closedByClient = false;
  readonly #listeners = new Map<string, Listener[]>();

  constructor(url: string, subprotocols: string[]) {
    this.url = url;
    this.subprotocols = subprotocols;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(data: string | Uint8Array): void {
    const frame: unknown = JSON.parse(String(data));
    this.received.push(Array.isArray(frame) ? frame : []);
  }

  close(): void {
    this.closedByClient = true;
  }

  // ── what the test makes the server do ──

  open(): void {
    this.#emit('open', {});
  }

  deliver(...frames: DownFrame[]): void {
    for (const frame of frames) {
      const data = JSON.stringify(frame, (_, value: unknown) =>
        value instanceof Uint8Array ? btoa(String.fromCharCode(...value)) : value,
      );
      this.deliverText(data);
    }
  }

  deliverText(data: string): void {
    this.#emit('message', { data });
  }

  end(code: number): void {
    this.#emit('close', { code });
  }

  welcome(tokenExpiresInMs = 86_400_000): void {
    const limits = { maxMessageBytes: 4096, messagesPerSecond: 20, subscriptions: 16 };
    const body = { holderId: 'holder', nodeId: 'node', serverTimeMs: 0, tokenExpiresInMs, limits };
    this.deliver([1, this.reqIdOf('hello'), body]);
  }

  // ── what the test asks ──

  /** The frames of a kind that the client sent, oldest first. */
  framesOf(kind: UpFrame['kind']): WireFrame[] {
    return this.received.filter((frame) => frame[0] === upNumbers[kind]);
  }

  lastOf(kind: UpFrame['kind']): WireFrame {
    return must(this.framesOf(kind).at(-1), `a frame ${kind} from the client`);
  }

  reqIdOf(kind: UpFrame['kind']): number {
    return Number(this.lastOf(kind)[1]);
  }

  #emit(type: string, event: { data?: unknown; code?: number }): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ data: event.data, code: event.code ?? 0 });
  }
}

interface SessionRequest {
  readonly url: string;
  readonly authorization: string | undefined;
}

/** A platform of virtual time, fake sockets, and a sessions resource that hands out `token-1`, `token-2`, … */
export class FakeServer {
  readonly time = new VirtualTime();
  readonly sockets: FakeSocket[] = [];
  readonly sessionRequests: SessionRequest[] = [];
  /** What the sessions resource answers next, where it is not 201. */
  readonly sessionStatuses: number[] = [];
  /** The `Retry-After` of all answers, in seconds. */
  retryAfter: string | null = null;
  /** What `GET` answers, by url; else 404. */
  readonly pages = new Map<string, { readonly status: number; readonly body: unknown }>();
  /** The headers of each `GET`. */
  readonly reads: Readonly<Record<string, string>>[] = [];
  /** What is drawn, as a share of the largest possible number. */
  chance = 0;
  readonly platform: Platform;
  #ids = 0;

  constructor() {
    const { sockets } = this;
    const random: Random = {
      below: (bound) => Math.floor(this.chance * (bound - 1)),
      id: (length) => {
        this.#ids += 1;
        return String(this.#ids).padStart(length, '0');
      },
    };
    this.platform = {
      webSocket: class extends FakeSocket {
        constructor(url: string, subprotocols: string[]) {
          super(url, subprotocols);
          sockets.push(this);
        }
      },
      fetch: (url, request) => {
        if (request.method === 'GET') return this.#read(url, request.headers);
        this.sessionRequests.push({ url, authorization: request.headers['authorization'] });
        const status = this.sessionStatuses.shift() ?? 201;
        const body = { token: `token-${this.sessionRequests.length}`, holderId: 'holder', expiresInMs: 86_400_000 };
        return Promise.resolve(this.#answer(status, body));
      },
      sessionStore: memorySessionStore(),
      clock: this.time,
      timers: this.time,
      random,
    };
  }

  #read(url: string, headers: Record<string, string>): Promise<FetchResponse> {
    this.reads.push(headers);
    const { status, body } = this.pages.get(url) ?? { status: 404, body: null };
    return Promise.resolve(this.#answer(status, body));
  }

  #answer(status: number, body: unknown): FetchResponse {
    const get = (name: string) => (name === 'retry-after' ? this.retryAfter : null);
    return { status, headers: { get }, json: () => Promise.resolve(body) };
  }

  get socket(): FakeSocket {
    return must(this.sockets.at(-1), 'a socket that the client opened');
  }

  /** The client's newest socket opens and is welcomed. */
  async welcomeClient(): Promise<FakeSocket> {
    await promisesSettled();
    this.socket.open();
    this.socket.welcome();
    return this.socket;
  }
}
