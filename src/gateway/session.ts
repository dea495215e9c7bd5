import { assert } from '../lib/assert.js';
import type { NativeSocket } from './native.js';
import type { Watch } from './pending-reads.js';
import type { Subscription } from './subscription.js';
import type { TokenBucket } from './token-bucket.js';

/** What a session may do with its socket. */
export type Socket = Pick<NativeSocket<unknown>, 'send' | 'end' | 'ping' | 'cork' | 'getBufferedAmount'>;

/**
 *     awaitingHello ──hello──► live ──┐
 *           │                         ├──end──► closing ──► closed
 *           └─────────────────────────┘                       ▲
 *                          (the socket ended by itself) ──────┘
 */
export type SessionState =
  | { readonly kind: 'awaitingHello' }
  /** `tokenRunsOutAtMs`: by the monotonic clock, so that a jump of the wall clock ends no session. */
  | { readonly kind: 'live'; readonly holderId: string; readonly tokenRunsOutAtMs: number }
  | { readonly kind: 'closing' }
  | { readonly kind: 'closed' };

export type Encoding = 'msgpack' | 'json';

/** A frame in the socket's own encoding. */
export type EncodedFrame = Uint8Array | string;

/** One socket's life. */
export class Session {
  #state: SessionState = { kind: 'awaitingHello' };
  /** Null once the socket has ended: late use is impossible. */
  #socket: Socket | null;

  /** By the monotonic clock: the last sign of life from the client. */
  heardAtMs: number;
  pingedAtMs = 0;
  badFrames = 0;
  slowDownsInARow = 0;

  /** Commands that have no answer yet. */
  pendingCommands = 0;
  /** By event id. */
  readonly subscriptions = new Map<string, Subscription>();
  /** Subscribes that have no answer yet, oldest first. */
  readonly pendingWatches: Watch[] = [];

  /** Frames of this turn, sent together at its end. */
  readonly outgoing: EncodedFrame[] = [];
  /** When the socket began to take less than it is sent; null while it keeps up. */
  behindSinceMs: number | null = null;

  constructor(
    /** Unsigned 32 bits, never 0. */
    readonly id: number,
    socket: Socket,
    readonly encoding: Encoding,
    /** What per-address limits count by. */
    readonly addressGroup: string,
    /** Null: messages are not limited. */
    readonly messageRate: TokenBucket | null,
    readonly openedAtMs: number,
  ) {
    this.#socket = socket;
    this.heardAtMs = openedAtMs;
  }

  get state(): SessionState {
    return this.#state;
  }

  get socket(): Socket | null {
    return this.#socket;
  }

  /** Frames may still be sent. */
  get isOpen(): boolean {
    return this.#state.kind === 'awaitingHello' || this.#state.kind === 'live';
  }

  get holderId(): string | null {
    return this.#state.kind === 'live' ? this.#state.holderId : null;
  }

  goLive(holderId: string, tokenRunsOutAtMs: number): void {
    assert(this.#state.kind === 'awaitingHello', `Cannot go live as the session is ${this.#state.kind}`);
    this.#state = { kind: 'live', holderId, tokenRunsOutAtMs };
  }

  renew(tokenRunsOutAtMs: number): void {
    assert(this.#state.kind === 'live', `Cannot renew a token as the session is ${this.#state.kind}`);
    this.#state = { kind: 'live', holderId: this.#state.holderId, tokenRunsOutAtMs };
  }

  /** The server ends it. */
  startClosing(): Socket {
    assert(this.isOpen && this.#socket !== null, `Cannot close a session as it is ${this.#state.kind}`);
    this.#state = { kind: 'closing' };
    return this.#socket;
  }

  /** The socket has ended, whoever ended it. */
  socketEnded(): void {
    assert(this.#state.kind !== 'closed', 'Cannot end a session twice');
    this.#state = { kind: 'closed' };
    this.#socket = null;
    this.outgoing.length = 0;
  }
}
