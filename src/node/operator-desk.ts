import type { OperationOutcome, OperatorCommand } from '../admin/node-port.js';
import type { Timer, Timers } from '../lib/timers.js';
import { codeNumbers, type Code } from '../protocol/codes.js';
import type { SeatsBody } from '../protocol/down.js';
import { decodeMsgpack } from '../protocol/msgpack.js';
import { readDown } from '../protocol/read-down.js';
import { must } from '../lib/must.js';
import type { Rejection } from '../seatmap/command.js';
import type { Correlation, ShardListener, ShardPort } from '../shard/port.js';

/** The gateway's commands leave bit 31 clear; the operators' have it set. */
const operatorBit = 2 ** 31;

/**
 * Operators' commands, on the same way to the actor as everybody's: through the mailbox, the journal and the gate. Stands
 * before the gateway and takes the answers that are its own.
 */
export class OperatorDesk implements ShardListener {
  readonly #waiting = new Map<Correlation, { resolve(outcome: OperationOutcome): void; timer: Timer }>();
  #last = 0;

  constructor(
    private readonly shards: ShardPort,
    private readonly gateway: ShardListener,
    private readonly timers: Timers,
    private readonly answerTimeoutMs: number,
  ) {}

  operate(eventId: string, command: OperatorCommand): Promise<OperationOutcome> {
    this.#last = (this.#last + 1) % operatorBit;
    const correlation = this.#last + operatorBit;
    return new Promise((resolve) => {
      const timer = this.timers.after(this.answerTimeoutMs, () => this.#answer(correlation, unavailable));
      this.#waiting.set(correlation, { resolve, timer });
      this.shards.command({ correlation, reqId: 0, eventId, sessionId: 0, othersListen: false, command });
    });
  }

  onAnswer(correlation: Correlation, frame: Uint8Array): void {
    if (correlation < operatorBit) this.gateway.onAnswer(correlation, frame);
    else this.#answer(correlation, outcomeOf(frame));
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
    this.gateway.onSnapshot(correlation, frame);
  }

  /** What operators wait for runs into its time-out: that outcome is unknown as well. */
  onShardLost(isOfShard: (eventId: string) => boolean): void {
    this.gateway.onShardLost(isOfShard);
  }

  onTurnEnd(): void {
    this.gateway.onTurnEnd?.();
  }

  #answer(correlation: Correlation, outcome: OperationOutcome): void {
    const waiting = this.#waiting.get(correlation);
    if (waiting === undefined) return;
    this.#waiting.delete(correlation);
    waiting.timer.cancel();
    waiting.resolve(outcome);
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
