import type { Socket } from '../client/platform.js';
import { nativeBackpressureMax } from '../gateway/limits.js';
import type { LiveSockets } from '../gateway/live-sockets.js';
import type { Session, Socket as ServerSocket } from '../gateway/session.js';
import { Fifo } from '../lib/fifo.js';
import { must } from '../lib/must.js';
import type { SimNode } from './sim-node.js';
import type { World } from './world.js';

/** Who looks on at the client's end, and may take a message away. */
export interface Tap {
  opened(): void;
  /** It begins to read slowly. */
  slowed(): void;
  sent(message: string | Uint8Array): void;
  /** About to be handed to the client; false: it never gets it. */
  arriving(message: string | ArrayBuffer): boolean;
  /** The client has taken it. */
  arrived(): void;
  ended(code: number): void;
}

/** Which ends hear that the connection is gone. */
export type Hearing = 'both' | 'client' | 'server' | 'nobody';

interface Waiting {
  readonly message: string | ArrayBuffer;
  readonly bytes: number;
}

type Listener = (event: { readonly data: unknown; readonly code: number }) => void;

/** No close frame: the connection broke. RFC 6455, 7.1.5. */
const brokenCode = 1006;
/** Keeps two messages of a direction apart. */
const orderMs = 1;

/**
 * A WebSocket between a client of the SDK and the gateway of a node, both ends of it. Bytes are in order and take time both
 * ways; a reader may stop reading, so that what is sent waits on the gateway's side; and it can break so that both ends hear
 * of it, or one, or none.
 */
export class SocketLink implements Socket {
  binaryType = '';
  readonly #listeners = new Map<string, Listener[]>();
  #client: 'connecting' | 'open' | 'closed' = 'connecting';
  #session: Session | null = null;
  readonly #serverEnd: ServerSocket = {
    send: (frame, isBinary) => this.#sendDown(frame, isBinary),
    end: (code) => this.#endByServer(code),
    ping: () => this.#ping(),
    // Within a cork messages count as sent; what waits shows when it is pulled.
    cork: (send) => send(),
    getBufferedAmount: () => this.#waitingBytes,
  };
  /** Nothing passes any more. */
  #broken = false;
  #lastUpMs = 0;
  #lastDownMs = 0;
  /** The reader reads nothing: what is sent waits here. */
  #blocked = false;
  readonly #waiting = new Fifo<Waiting>();
  #waitingBytes = 0;
  /** A message counts as so many of its size: halls here are small. */
  #weight = 1;
  /** Sent behind what waits. */
  #closeCode: number | null = null;

  constructor(
    private readonly world: World,
    /** Null: nobody takes the connection. */
    private readonly node: SimNode | null,
    private readonly delayMs: () => number,
    private readonly tap: Tap,
    subprotocol: string,
  ) {
    if (node === null) {
      this.break('client');
      return;
    }
    const encoding = subprotocol === 'usher.v1.json' ? 'json' : 'msgpack';
    this.#up(() => {
      if (this.#client !== 'connecting') return;
      this.#session = this.#gateway.opened({ subprotocol, encoding, addressGroup: 'sim' }, this.#serverEnd);
      this.#down(() => {
        if (this.#client !== 'connecting') return;
        this.#client = 'open';
        this.tap.opened();
        this.#emit('open');
      });
    });
  }

  get isOver(): boolean {
    return this.#client === 'closed' && this.#session === null;
  }

  isTo(node: SimNode): boolean {
    return this.node === node;
  }

  // ── the client's end ──

  addEventListener(type: string, listener: Listener): void {
    const known = this.#listeners.get(type);
    if (known === undefined) this.#listeners.set(type, [listener]);
    else known.push(listener);
  }

  close(code = 1000): void {
    if (this.#client === 'closed') return;
    this.#client = 'closed';
    this.#up(() => this.#serverEnds(code));
  }

  send(message: string | Uint8Array): void {
    if (this.#client !== 'open') return;
    this.tap.sent(message);
    const isBinary = typeof message !== 'string';
    const bytes = isBinary ? message : Buffer.from(message);
    this.#up(() => {
      if (this.#session !== null) this.#gateway.message(this.#session, bytes, isBinary);
    });
  }

  // ── the gateway's end ──

  #sendDown(frame: string | Uint8Array, isBinary: boolean): number {
    const bytes = frame.length * this.#weight;
    if (this.#waitingBytes > nativeBackpressureMax) return 2;
    const message = copied(frame, isBinary);
    if (this.#blocked) {
      this.#waiting.push({ message, bytes });
      this.#waitingBytes += bytes;
      return 0;
    }
    this.#down(() => this.#deliver(message));
    return 1;
  }

  /** WebSocket libraries answer by themselves. */
  #ping(): number {
    if (this.#blocked) return 0;
    this.#down(() => {
      if (this.#client !== 'open') return;
      this.#up(() => {
        if (this.#session !== null) this.#gateway.heard(this.#session);
      });
    });
    return 1;
  }

  #endByServer(code: number): void {
    this.#serverEnds(code);
    if (this.#blocked) this.#closeCode = code;
    else this.#down(() => this.#clientEnds(code));
  }

  // ── what the weather does ──

  /** The client stops reading for that long. */
  block(forMs: number, weight: number): void {
    if (this.#blocked) return;
    this.#blocked = true;
    this.#weight = weight;
    this.tap.slowed();
    // What waits lies in the gateway's process: it moves on only while that runs.
    this.world.after(forMs, () => this.node?.arrive(() => this.unblock()));
  }

  unblock(): void {
    if (this.#broken || !this.#blocked) return;
    this.#blocked = false;
    this.#weight = 1;
    for (const { message } of this.#waiting.drain()) this.#down(() => this.#deliver(message));
    this.#waitingBytes = 0;
    const code = this.#closeCode;
    if (code !== null) this.#down(() => this.#clientEnds(code));
    if (this.#session !== null) this.#gateway.drained(this.#session);
  }

  break(heardBy: Hearing): void {
    if (this.#broken) return;
    this.#broken = true;
    // Whoever does not know goes on sending.
    this.#blocked = true;
    if (heardBy === 'both' || heardBy === 'client')
      this.world.after(this.delayMs(), () => {
        if (this.#client === 'closed') return;
        this.#emit('error');
        this.#clientEnds(brokenCode);
      });
    if (heardBy === 'both' || heardBy === 'server')
      this.world.after(this.delayMs(), () => this.node?.arrive(() => this.#serverEnds(brokenCode)));
  }

  /** The end of a broken connection that its client has not noticed. */
  clientNotices(): void {
    if (this.#broken) this.#clientEnds(brokenCode);
  }

  get #gateway(): LiveSockets {
    return must(this.node, 'a node').gateway.sockets;
  }

  #serverEnds(code: number): void {
    const session = this.#session;
    if (session === null) return;
    this.#session = null;
    this.#gateway.closed(session, code);
  }

  #clientEnds(code: number): void {
    if (this.#client === 'closed') return;
    this.#client = 'closed';
    this.tap.ended(code);
    this.#emit('close', null, code);
  }

  #deliver(message: string | ArrayBuffer): void {
    if (this.#client !== 'open' || !this.tap.arriving(message)) return;
    this.#emit('message', message);
    this.tap.arrived();
  }

  #up(work: () => void): void {
    if (this.#broken) return;
    this.#lastUpMs = Math.max(this.world.nowMs + this.delayMs(), this.#lastUpMs + orderMs);
    this.world.after(this.#lastUpMs - this.world.nowMs, () => {
      if (!this.#broken) this.node?.arrive(work);
    });
  }

  #down(work: () => void): void {
    if (this.#broken) return;
    this.#lastDownMs = Math.max(this.world.nowMs + this.delayMs(), this.#lastDownMs + orderMs);
    this.world.after(this.#lastDownMs - this.world.nowMs, () => {
      if (!this.#broken) work();
    });
  }

  #emit(type: string, data: unknown = null, code = 0): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ data, code });
  }
}

/** Frames are the gateway's again once its turn is over. */
function copied(frame: string | Uint8Array, isBinary: boolean): string | ArrayBuffer {
  if (!isBinary) return typeof frame === 'string' ? frame : Buffer.from(frame).toString();
  return new Uint8Array(typeof frame === 'string' ? Buffer.from(frame) : frame).buffer;
}
