import type { Clock } from '../lib/clock.js';
import type { Log } from '../observability/log.js';
import { downNumbers } from '../protocol/down.js';
import { decodeMsgpack } from '../protocol/msgpack.js';
import { readDown } from '../protocol/read-down.js';
import type { Correlation, ShardPort } from '../shard/port.js';
import { verdictOf } from '../store/sqlstate.js';
import type { Holders } from './holders.js';
import { gatewayLimits } from './limits.js';
import { type Call, PendingCalls } from './pending-calls.js';
import { faultOfOurs, type Problem, problem, refusal } from './problem.js';
import type { Tally } from './tally.js';
import { type CommandFrame, toCommand } from './to-command.js';

export interface CallsParts {
  readonly shards: ShardPort;
  readonly holders: Holders;
  /** By name of the code; those of sockets, too. */
  readonly refusals: Tally<string>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Requests over REST, from the moment when all that can be said at once has been said, to their answer.
 *
 *     begin ──► command, myHolds ──► the event's shard ──► onAnswer ──┐
 *       └────► waitFor ──► Postgres ──► command, or the answer ───────┴──► answered, once
 *
 * Whoever gets no answer in time, or whose shard is gone, is told `unavailable`: the same Idempotency-Key resolves it.
 */
export class Calls {
  readonly #parts: CallsParts;
  readonly #pending = new PendingCalls();
  #reads = 0;
  #accepted = 0;
  #lateAnswers = 0;

  constructor(parts: CallsParts) {
    this.#parts = parts;
  }

  /** Without an answer, now. */
  get count(): number {
    return this.#pending.count;
  }

  get accepted(): number {
    return this.#accepted;
  }

  /** Answers that came when nobody waited any more. */
  get lateAnswers(): number {
    return this.#lateAnswers;
  }

  /** Null where there are too many, and the client has been told. */
  begin(call: Call): Correlation | null {
    const isFull = this.#pending.count >= gatewayLimits.restPendingPerNodeMax;
    if (isFull || this.#pending.countOf(call.holderId) >= gatewayLimits.restPendingPerHolderMax) {
      this.#refuse(call, tooMany);
      return null;
    }
    return this.#pending.add(call, this.#parts.clock.monotonicMs());
  }

  command(correlation: Correlation, frame: CommandFrame, holderId: string, by: 'holder' | 'server'): void {
    const { shards, holders } = this.#parts;
    const { reqId, eventId } = frame;
    const othersListen = holders.of(holderId).length > 0;
    const command = toCommand(frame, holderId, by);
    shards.command({ correlation, reqId, eventId, sessionId: 0, othersListen, command });
  }

  myHolds(correlation: Correlation, eventId: string, holderId: string): void {
    this.#parts.shards.myHolds({ correlation, reqId: 0, eventId, holderId });
  }

  /** Goes on with what `read` brings from Postgres, unless the call was given up meanwhile. */
  waitFor<T>(correlation: Correlation, read: () => Promise<T>, then: (value: T) => void): void {
    if (this.#reads >= gatewayLimits.restReadsMax) {
      this.refuse(correlation, tooMany);
      return;
    }
    this.#reads += 1;
    read()
      .finally(() => {
        this.#reads -= 1;
      })
      .then((value) => {
        if (this.#pending.isWaiting(correlation)) then(value);
      })
      .catch((error: unknown) => this.#readFailed(correlation, error));
  }

  /** The shard's answer. */
  onAnswer(correlation: Correlation, frame: Uint8Array): void {
    const call = this.#pending.take(correlation);
    if (call === undefined || !call.exchange.isOpen) {
      this.#lateAnswers += 1;
      return;
    }
    const answer = readDown(decodeMsgpack(frame));
    if (answer?.[0] === downNumbers.accepted) {
      const [, , position, body] = answer;
      this.#accepted += 1;
      call.exchange.json(call.status, JSON.stringify('holds' in body ? body : { ...body, position }));
    } else {
      this.#refuse(call, answer?.[0] === downNumbers.rejected ? refusal(answer) : faultOfOurs);
    }
  }

  /** An answer that no shard gave. */
  answer(correlation: Correlation, body: object): void {
    const call = this.#pending.take(correlation);
    call?.exchange.json(call.status, JSON.stringify(body));
  }

  refuse(correlation: Correlation, because: Problem): void {
    const call = this.#pending.take(correlation);
    if (call !== undefined) this.#refuse(call, because);
  }

  /** Gives up those that have waited since `sinceMs`, by the monotonic clock, or longer. */
  giveUpSince(sinceMs: number): void {
    for (const call of this.#pending.takeWaitingSince(sinceMs)) this.#refuse(call, unanswered);
  }

  /** Their shard is gone. */
  eventsLost(isOfEvents: (eventId: string) => boolean): void {
    for (const call of this.#pending.takeOfEvents(isOfEvents)) this.#refuse(call, unanswered);
  }

  #refuse({ exchange }: Call, because: Problem): void {
    if (!exchange.isOpen) return;
    this.#parts.refusals.add(because.code);
    exchange.problem(because);
  }

  #readFailed(correlation: Correlation, error: unknown): void {
    const isFault = verdictOf(error) === 'refused';
    if (isFault) this.#parts.log.error({ error }, 'A read for a request over REST failed');
    else this.#parts.log.debug({ error }, 'A request over REST could not be served');
    this.refuse(correlation, isFault ? faultOfOurs : unreachable);
  }
}

const tooMany = problem(
  'busy',
  'Cannot take the request as too many have no answer yet: it had no effect',
  gatewayLimits.retryAfterBusyMs,
);
const unanswered = problem(
  'unavailable',
  'Cannot say how it ended as no answer came in time: repeat it with the same Idempotency-Key',
  gatewayLimits.retryAfterUnavailableMs,
);
const unreachable = problem(
  'unavailable',
  'Cannot answer as the database cannot be reached: ask again, with the same Idempotency-Key',
  gatewayLimits.retryAfterUnavailableMs,
);
