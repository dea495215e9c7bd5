import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import { systemTimers } from '../../lib/timers.js';
import { pack, unpack } from './message-pack.js';
import { recording } from './recording.js';

/**
 * A client written from the protocol page alone: it shares no code with the server nor with the product's own client. It keeps
 * every frame that came, in order, and takes none for granted.
 */

export const subprotocols = ['usher.v1.msgpack', 'usher.v1.json'] as const;
export type Subprotocol = (typeof subprotocols)[number];

export type Frame = readonly unknown[];
export type Position = readonly [epoch: number, seq: number];

/** Seats, or places of an area. */
export interface Places {
  readonly seats: readonly number[];
  readonly area?: string;
  readonly quantity?: number;
}
export interface LiveHold extends Places {
  readonly holdId: string;
  readonly expiresInMs: number;
}
export interface HoldBody extends LiveHold {
  readonly totalMinor: number;
  readonly currency: string;
}
export interface ReleaseBody {
  readonly holdId: string;
  readonly seats: readonly number[];
  readonly remaining: readonly number[];
  readonly area?: string;
  readonly quantity?: number;
  readonly remainingQuantity?: number;
}
export interface ConfirmBody extends Places {
  readonly bookingId: string;
  readonly totalMinor: number;
  readonly currency: string;
}
export interface Details {
  readonly retryAfterMs?: number;
  /** Where the event is served, if not here. */
  readonly url?: string;
  readonly seats?: readonly number[];
  readonly alternatives?: readonly (readonly number[])[];
  readonly reason?: string;
}
export interface BestWish {
  readonly quantity: number;
  readonly categories?: readonly string[];
  readonly sections?: readonly string[];
  readonly together?: boolean;
  readonly accessible?: number;
  readonly near?: number;
}
export interface Accepted<Body> {
  readonly kind: 'accepted';
  readonly position: Position;
  readonly body: Body;
}
export interface Rejected {
  readonly kind: 'rejected';
  /** `"409 seat_taken"` */
  readonly code: string;
  readonly message: string;
  readonly details: Details;
}
export type Answer<Body> = Accepted<Body> | Rejected;

/** What became of the commands that had no answer is unknown. */
export class ConnectionLost extends Error {
  constructor(readonly code: number) {
    super(`Cannot have an answer any more as the socket has closed: code is ${code}`);
  }
}

interface Waiting {
  resolve(frame: Frame): void;
  reject(error: Error): void;
}

interface Watch extends Waiting {
  matches(frame: Frame): boolean;
}

/** Longer than the server takes to say `unavailable`; a test that waits in vain then says for what. */
const answerTimeoutMs = 30_000;
/** Frames that carry the `reqId` of what they answer. */
const answers: ReadonlySet<unknown> = new Set([1, 4, 5, 8]);

export class WireClient {
  readonly frames: Frame[] = [];
  /** The close code, once the socket is gone. */
  readonly closed: Promise<number>;
  #isClosed = false;
  #lastReqId = 0;
  readonly #asked = new Map<number, Waiting>();
  readonly #watches = new Set<Watch>();
  readonly #listeners: ((frame: Frame) => void)[] = [];
  readonly #history = recording.newSocket();

  private constructor(
    private readonly socket: WebSocket,
    readonly subprotocol: Subprotocol,
  ) {
    socket.on('message', (data: Buffer, isBinary) => this.#receive(this.#decode(data, isBinary)));
    // What the error was, the close code tells.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', (code) => {
        this.#lose(code);
        resolve(code);
      });
    });
  }

  /** Rejects where the server refuses the upgrade. */
  static async open(url: string, subprotocol: Subprotocol, headers: Record<string, string> = {}): Promise<WireClient> {
    const socket = new WebSocket(url, subprotocol, { headers });
    const client = new WireClient(socket, subprotocol);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    assert.equal(socket.protocol, subprotocol);
    assert.equal(socket.extensions, '', 'compression is never negotiated');
    return client;
  }

  /** Opens a socket and says hello. */
  static async connect(url: string, token: string, subprotocol: Subprotocol = 'usher.v1.msgpack'): Promise<WireClient> {
    const client = await WireClient.open(url, subprotocol);
    const welcome = await client.hello(token);
    assert.equal(welcome[0], 1, `hello was answered with ${JSON.stringify(welcome)}`);
    return client;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  // ── frames ──

  hello(token: string): Promise<Frame> {
    return this.ask(1, { token });
  }

  ping(): Promise<Frame> {
    return this.ask(4);
  }

  async hold(eventId: string, commandId: string, seats: readonly number[]): Promise<Answer<HoldBody>> {
    return readAnswer(await this.ask(10, eventId, commandId, seats));
  }

  async holdBest(eventId: string, commandId: string, wish: BestWish): Promise<Answer<HoldBody>> {
    return readAnswer(await this.ask(11, eventId, commandId, wish));
  }

  async holdArea(eventId: string, commandId: string, area: string, quantity: number): Promise<Answer<HoldBody>> {
    return readAnswer(await this.ask(15, eventId, commandId, { area, quantity }));
  }

  async extend(eventId: string, commandId: string, holdId: string): Promise<Answer<HoldBody>> {
    return readAnswer(await this.ask(12, eventId, commandId, holdId));
  }

  /** @param what seats, or a number of places; null: the whole hold */
  async release(
    eventId: string,
    commandId: string,
    holdId: string,
    what: readonly number[] | number | null = null,
  ): Promise<Answer<ReleaseBody>> {
    const fields = typeof what === 'number' ? [null, what] : [what];
    return readAnswer(await this.ask(13, eventId, commandId, holdId, ...fields));
  }

  async confirm(eventId: string, commandId: string, holdId: string, orderRef: string): Promise<Answer<ConfirmBody>> {
    return readAnswer(await this.ask(14, eventId, commandId, holdId, { orderRef }));
  }

  async myHolds(eventId: string): Promise<Answer<{ readonly holds: readonly LiveHold[] }>> {
    return readAnswer(await this.ask(16, eventId));
  }

  /** Sends a frame with a `reqId` of its own. Resolves with the frame that answers it. */
  ask(number: number, ...fields: readonly unknown[]): Promise<Frame> {
    this.#lastReqId += 1;
    return this.askAs(this.#lastReqId, number, ...fields);
  }

  /** `ask`, with a `reqId` of the caller's. */
  askAs(reqId: number, number: number, ...fields: readonly unknown[]): Promise<Frame> {
    const answer = this.#within(`the answer to frame ${number}`, (waiting) => {
      this.#asked.set(reqId, waiting);
      return () => this.#asked.delete(reqId);
    });
    const frame = [number, reqId, ...fields];
    if (!this.#isClosed) this.#history.sending(frame, recording.nowMs);
    this.send(frame);
    return answer;
  }

  /** Sends any value as one message: unlike what is asked, no command for the recording. */
  send(value: unknown): void {
    this.sendRaw(this.subprotocol === 'usher.v1.json' ? JSON.stringify(value) : pack(value));
  }

  /** A string goes as text, bytes as a binary message unless `asText`. */
  sendRaw(message: string | Uint8Array, asText = typeof message === 'string'): void {
    if (!this.#isClosed) this.socket.send(message, { binary: !asText });
  }

  /** The first frame that matches, be it here already or still to come. */
  frame(matches: (frame: Frame) => boolean, what: string): Promise<Frame> {
    const found = this.frames.find(matches);
    if (found !== undefined) return Promise.resolve(found);
    return this.#within(what, (waiting) => {
      const watch = { ...waiting, matches };
      this.#watches.add(watch);
      return () => this.#watches.delete(watch);
    });
  }

  /** Called for each frame from now on. */
  onFrame(listener: (frame: Frame) => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    this.socket.close(1000);
    await this.closed;
  }

  /** Cuts the connection without a word. */
  async cut(): Promise<void> {
    this.socket.terminate();
    await this.closed;
  }

  // ── the way in ──

  #decode(data: Buffer, isBinary: boolean): Frame {
    assert.equal(isBinary, this.subprotocol === 'usher.v1.msgpack', 'a message of the other kind came');
    const frame = isBinary ? unpack(data) : (JSON.parse(data.toString()) as unknown);
    assert.ok(Array.isArray(frame), `no frame: ${data.toString('hex')}`);
    // Bytes are base64 in JSON; the states of a snapshot are the only ones.
    if (!isBinary && frame[0] === 2) frame[4] = fromBase64(frame[4]);
    return frame;
  }

  #receive(frame: Frame): void {
    this.frames.push(frame);
    this.#history.came(frame, recording.nowMs);
    if (answers.has(frame[0])) this.#asked.get(Number(frame[1]))?.resolve(frame);
    for (const listener of this.#listeners) listener(frame);
    for (const watch of this.#watches) if (watch.matches(frame)) watch.resolve(frame);
  }

  #lose(code: number): void {
    this.#isClosed = true;
    this.#history.closed();
    const lost = new ConnectionLost(code);
    for (const waiting of [...this.#asked.values(), ...this.#watches]) waiting.reject(lost);
  }

  /** @param start begins to wait; returns how to end it */
  #within(what: string, start: (waiting: Waiting) => () => void): Promise<Frame> {
    if (this.#isClosed) return Promise.reject(new ConnectionLost(0));
    return new Promise((resolve, reject) => {
      const settle = (tell: () => void): void => {
        timer.cancel();
        stop();
        tell();
      };
      const timer = systemTimers.after(answerTimeoutMs, () => {
        const last = JSON.stringify(this.frames.slice(-3));
        settle(() => reject(new Error(`Cannot go on as ${what} did not come; the last frames are ${last}`)));
      });
      const stop = start({
        resolve: (frame) => settle(() => resolve(frame)),
        reject: (error) => settle(() => reject(error)),
      });
    });
  }
}

export function readAnswer<Body>(frame: Frame): Answer<Body> {
  if (frame[0] === 4) return { kind: 'accepted', position: frame[2] as Position, body: frame[3] as Body };
  assert.equal(frame[0], 5, `neither accepted nor rejected: ${JSON.stringify(frame)}`);
  return { kind: 'rejected', code: String(frame[2]), message: String(frame[3]), details: frame[4] as Details };
}

/** Asserts that it was accepted. */
export function accepted<Body>(answer: Answer<Body>): Accepted<Body> {
  assert.equal(answer.kind, 'accepted', JSON.stringify(answer));
  return answer;
}

/** Asserts that it was refused with this code. */
export function rejected(answer: Answer<unknown>, code: string): Rejected {
  assert.ok(answer.kind === 'rejected' && answer.code === code, `not ${code} but ${JSON.stringify(answer)}`);
  return answer;
}

function fromBase64(text: unknown): Uint8Array {
  assert.match(String(text), /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);
  return Uint8Array.from(Buffer.from(String(text), 'base64'));
}
