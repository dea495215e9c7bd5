import type { OperationOutcome, OperatorCommand } from '../admin/node-port.js';
import type { Timer, Timers } from '../lib/timers.js';
import { codeNumbers, type Code } from '../protocol/codes.js';
import { downNumbers, type SeatsBody, type SnapshotFrame } from '../protocol/down.js';
import { decodeMsgpack } from '../protocol/msgpack.js';
import { readDown } from '../protocol/read-down.js';
import { must } from '../lib/must.js';
import type { Rejection } from '../seatmap/command.js';
import type { Correlation, ShardListener, ShardPort } from '../shard/port.js';

/** Both of the upper two bits: nobody else sets more than one (gateway/pending-*.ts). */
const operatorBits = 0xc000_0000;
const counterMask = 0x3fff_ffff;

/**
 * What operators ask of events, on the same way as everybody's, to whatever node has the event: commands through the mailbox,
 * the journal and the gate, maps as they are published. Stands before the gateway and takes the answers that are its own.
 */
export class OperatorDesk implements ShardListener {
  /** Null: no answer came. */
  readonly #waiting = new Map<Correlation, { resolve(frame: Uint8Array | null): void; timer: Timer }>();
  #last = 0;

  constructor(
    private readonly shards: ShardPort,
    private readonly gateway: ShardListener,
    private readonly timers: Timers,
    private readonly answerTimeoutMs: number,
  ) {}

  async operate(eventId: string, command: OperatorCommand): Promise<OperationOutcome> {
    const frame = await this.#answerTo((correlation) =>
      this.shards.command({ correlation, reqId: 0, eventId, sessionId: 0, othersListen: false, command }),
    );
    return frame === null ? unavailable : outcomeOf(frame);
  }

  /** Frame 2 of the event, wherever it is served; null where it cannot be had now. */
  async readMap(eventId: string): Promise<SnapshotFrame | null> {
    const bytes = await this.#answerTo((correlation) => this.shards.snapshot(correlation, eventId));
    const frame = bytes === null ? null : readDown(decodeMsgpack(bytes));
    return frame?.[0] === downNumbers.snapshot ? frame : null;
  }

  onAnswer(correlation: Correlation, frame: Uint8Array): void {
    if (!this.#answer(correlation, frame)) this.gateway.onAnswer(correlation, frame);
  }

  onSubscribed(correlation: Correlation, accepted: boolean, frames: readonly Uint8Array[]): void {
    this.gateway.onSubscribed(correlation, accepted, frames);
  }

  onPublish(eventId: string, frame: Uint8Array): void {
    this.gateway.onPublish(eventId, frame);
  }

  onNotify(eventId: string, holderId: string, exceptSessionId: number, frame: Uint8Array): void {
    this.gateway.onNotify(eventId, holderId, exceptSessionId, frame);
  }

  onSnapshot(correlation: Correlation, frame: Uint8Array): void {
    if (!this.#answer(correlation, frame)) this.gateway.onSnapshot(correlation, frame);
  }

  /** What operators wait for runs into its time-out: that outcome is unknown as well. */
  onShardLost(isOfShard: (eventId: string) => boolean): void {
    this.gateway.onShardLost(isOfShard);
  }

  onTurnEnd(): void {
    this.gateway.onTurnEnd?.();
  }

  /** The frame is valid during its turn only: it is copied. */
  #answerTo(ask: (correlation: Correlation) => void): Promise<Uint8Array | null> {
    this.#last = (this.#last + 1) & counterMask;
    const correlation = (this.#last | operatorBits) >>> 0;
    return new Promise((resolve) => {
      const timer = this.timers.after(this.answerTimeoutMs, () => this.#settle(correlation, null));
      this.#waiting.set(correlation, { resolve, timer });
      ask(correlation);
    });
  }

  /** Returns whether it is an operator's, who may have given up. */
  #answer(correlation: Correlation, frame: Uint8Array): boolean {
    if (correlation < operatorBits) return false;
    this.#settle(correlation, frame.slice());
    return true;
  }

  #settle(correlation: Correlation, frame: Uint8Array | null): void {
    const waiting = this.#waiting.get(correlation);
    if (waiting === undefined) return;
    this.#waiting.delete(correlation);
    waiting.timer.cancel();
    waiting.resolve(frame);
  }
}

const unavailable: OperationOutcome = {
  kind: 'rejected',
  rejection: {
    code: 'unavailable',
    message: 'Cannot say what became of the command: ask again with the same Idempotency-Key',
    retryAfterMs: 1_000,
  },
};

function outcomeOf(bytes: Uint8Array): OperationOutcome {
  const frame = must(readDown(decodeMsgpack(bytes)), 'a frame of the wire');
  if (frame[0] === 4) return { kind: 'accepted', position: frame[2], body: frame[3] as SeatsBody };
  if (frame[0] !== 5)
    throw new TypeError(`Cannot answer an operator with a frame of another kind: number is ${frame[0]}`);
  const [, , wireCode, message, { alternatives: _, ...details }] = frame;
  const rejection: Rejection = { code: nameOf(wireCode), message, ...details };
  return { kind: 'rejected', rejection };
}

/** `"409 seat_taken"` → `seat_taken` */
function nameOf(wireCode: string): Code {
  const name = wireCode.slice(wireCode.indexOf(' ') + 1);
  if (!Object.hasOwn(codeNumbers, name))
    throw new TypeError(`Cannot read a refusal as its code is unknown: ${wireCode}`);
  return name as Code;
}
