import assert from 'node:assert/strict';
import { clientCodecs } from '../protocol/client-codec.js';
import type { DownFrame } from '../protocol/down.js';
import { readUpJson, readUpMsgpack } from '../protocol/server-codec.js';
import type { Subprotocol } from '../protocol/subprotocols.js';
import type { UpFrame } from '../protocol/up.js';
import { type Operation, record } from './history.js';
import type { Tap } from './socket-link.js';
import type { Sometimes } from './sometimes.js';
import type { World } from './world.js';

/** A request on its way. */
export interface Asked {
  readonly frame: UpFrame;
  readonly holderId: string;
  readonly askedMs: number;
}

/** Whose socket it is. */
export interface Tapped {
  readonly eventId: string;
  /** The operation that this holder began under the id; undefined: nobody did. */
  operationOf(commandId: string, holderId: string, askedMs: number): Operation | undefined;
  /** The client is about to take the frame; `asked`: what it answers. */
  hears(frame: DownFrame, asked: Asked | null): void;
  /** It has taken it. */
  took(): void;
  /** Whether the next delta gets lost on its way, as if somebody between had a bug. */
  losesDelta(): boolean;
  headSeq(): number;
}

const replacedCode = 4009;
const tooSlowCode = 4008;
const tokenRanOutCode = 4002;
const tooManyMessagesCode = 4029;

/**
 * Listens at the client's end of its sockets, by the protocol page alone: which answer belongs to which request, whether the map's
 * frames are in order, and what a server must not say.
 */
export class WireTap implements Tap {
  #holderId = '';
  readonly #asked = new Map<number, Asked>();
  /** Of the socket that is open now. */
  #sockets = 0;
  readonly #sent = new Map<string, { socket: number; refusedForNow: boolean }>();
  /** Up to where map frames have come since the subscribe was answered; null: a snapshot is due. */
  #mapSeq: number | null = null;
  #followsSinceMs = Number.POSITIVE_INFINITY;
  /** A delta was lost; until the client notices, what follows does not follow. */
  #hasGap = false;
  /** Whether the next map frame is the one that answers a subscribe with a position. */
  #resumed = false;
  #wasSlow = false;

  constructor(
    private readonly world: World,
    private readonly subprotocol: Subprotocol,
    private readonly sometimes: Sometimes,
    private readonly tapped: Tapped,
  ) {}

  /** How long its subscribe has been accepted: a refused one is tried again for a while on a connection that is live. */
  get followsMs(): number {
    return this.world.nowMs - this.#followsSinceMs;
  }

  get #follows(): boolean {
    return Number.isFinite(this.#followsSinceMs);
  }

  opened(): void {
    this.#sockets += 1;
    this.#asked.clear();
    this.#followsSinceMs = Number.POSITIVE_INFINITY;
    this.#wasSlow = false;
  }

  slowed(): void {
    this.#wasSlow = true;
  }

  sent(message: string | Uint8Array): void {
    const frame = typeof message === 'string' ? readUpJson(message) : readUpMsgpack(message);
    assert.ok(frame.kind !== 'bad', `the SDK sends a frame that no server reads: ${JSON.stringify(frame)}`);
    const askedMs = this.world.nowMs;
    this.#asked.set(frame.reqId, { frame, holderId: this.#holderId, askedMs });
    // Sent for another holder than before, it is another operation, answered or not.
    const operation =
      'commandId' in frame ? this.tapped.operationOf(frame.commandId, this.#holderId, askedMs) : undefined;
    if (frame.kind === 'subscribe') this.#followsSinceMs = Number.POSITIVE_INFINITY;
    if ('commandId' in frame) this.#noteRepeat(frame.commandId, operation);
  }

  arriving(message: string | ArrayBuffer): boolean {
    this.world.note(typeof message === 'string' ? message : 'binary');
    if (typeof message !== 'string') this.world.noteBytes(new Uint8Array(message));
    const frame = clientCodecs[this.subprotocol].decode(message);
    assert.ok(frame !== null, 'a gateway sends a frame that no client reads');
    if (frame[0] === 3 && this.#follows && !this.#hasGap && this.tapped.losesDelta()) {
      this.#hasGap = true;
      return false;
    }
    if (frame[0] === 2 || frame[0] === 3) this.#mapFrame(frame);
    const asked = this.#askedBy(frame);
    if (asked !== null) this.#answer(frame, asked);
    this.tapped.hears(frame, asked);
    return true;
  }

  arrived(): void {
    this.tapped.took();
  }

  ended(code: number): void {
    assert.notEqual(code, tooManyMessagesCode, 'the SDK sends so much that the server ends its link');
    if (code === replacedCode) this.sometimes.hit('sdk: ninth socket replaced the oldest');
    if (code === tooSlowCode) this.sometimes.hit('sdk: slow socket closed');
    if (code === tokenRanOutCode) this.sometimes.hit('sdk: token ran out');
  }

  #askedBy(frame: DownFrame): Asked | null {
    if (frame[0] !== 1 && frame[0] !== 4 && frame[0] !== 5 && frame[0] !== 8) return null;
    const asked = this.#asked.get(frame[1]);
    assert.ok(asked !== undefined, `an answer to nothing that was asked: ${JSON.stringify(frame)}`);
    this.#asked.delete(frame[1]);
    return asked;
  }

  #answer(frame: DownFrame, { frame: request, holderId, askedMs }: Asked): void {
    if (frame[0] === 1) {
      if (this.#holderId === frame[2].holderId && request.kind === 'hello' && this.#follows)
        this.sometimes.hit('sdk: token renewed on a live socket');
      this.#holderId = frame[2].holderId;
    }
    if (request.kind === 'subscribe' && frame[0] === 4) {
      this.#followsSinceMs = this.world.nowMs;
      this.#mapSeq = request.position?.[1] ?? null;
      if (this.#hasGap) this.sometimes.hit('sdk: gap mended');
      this.#hasGap = false;
      this.#resumed = request.position !== null;
    }
    if (frame[0] === 4)
      assert.ok(frame[2][1] <= this.tapped.headSeq(), '[I10] an answer rests on what is not committed');
    if (!('commandId' in request) || (frame[0] !== 4 && frame[0] !== 5)) return;
    const operation = this.tapped.operationOf(request.commandId, holderId, askedMs);
    assert.ok(operation !== undefined, `the SDK gave a command an id that is not its own: ${JSON.stringify(request)}`);
    const isSettled = record(operation, frame, askedMs, this.world.nowMs);
    if (!isSettled && frame[0] === 5) this.#noteRefusedForNow(request.commandId, frame[2], frame[3]);
  }

  /** In order from the subscribe's answer on; what comes before it belongs to the old order. Protocol page, section 3. */
  #mapFrame(frame: Extract<DownFrame, { 0: 2 | 3 }>): void {
    const toSeq = frame[0] === 2 ? frame[2][1] : frame[4];
    assert.ok(toSeq <= this.tapped.headSeq(), '[I10] a map shows what is not committed');
    if (!this.#follows) return;
    if (this.#resumed) {
      if (frame[0] === 2) this.sometimes.hit('sdk: resumed with a snapshot');
      else if (frame[4] > frame[3]) this.sometimes.hit('sdk: resumed with a delta');
    } else if (frame[0] === 2 && this.#mapSeq !== null) {
      this.sometimes.hit(this.#wasSlow ? 'sdk: slow socket resynced' : 'sdk: map replaced after its shard was lost');
      this.#wasSlow = false;
    }
    this.#resumed = false;
    if (frame[0] === 3 && !this.#hasGap)
      assert.equal(frame[3], this.#mapSeq, '[I14] a delta does not follow the frame before it');
    this.#mapSeq = toSeq;
    if (frame[0] === 2) this.#hasGap = false;
  }

  #noteRepeat(commandId: string, operation: Operation | undefined): void {
    const before = this.#sent.get(commandId);
    if (before !== undefined && before.socket !== this.#sockets) {
      this.sometimes.hit('sdk: command repeated after a lost link');
      if (operation !== undefined) operation.hasStray = true;
    }
    if (before?.refusedForNow === true) this.sometimes.hit('sdk: busy command repeated');
    this.#sent.set(commandId, { socket: this.#sockets, refusedForNow: false });
  }

  #noteRefusedForNow(commandId: string, code: string, message: string): void {
    const sent = this.#sent.get(commandId);
    if (sent !== undefined) sent.refusedForNow = code !== '503 unavailable';
    if (code === '503 unavailable' && message.includes('did not answer'))
      this.sometimes.hit('sdk: answered unavailable by the gateway');
    if (code === '429 slow_down') this.sometimes.hit('sdk: slowed down');
  }
}
