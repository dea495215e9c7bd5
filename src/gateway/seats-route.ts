import type { Clock } from '../lib/clock.js';
import { type SnapshotFrame, downNumbers } from '../protocol/down.js';
import { isId } from '../protocol/field.js';
import { decodeMsgpack } from '../protocol/msgpack.js';
import { readDown } from '../protocol/read-down.js';
import type { ShardPort } from '../shard/port.js';
import type { Exchange } from './exchange.js';
import { gatewayLimits } from './limits.js';
import type { PendingReads, SeatsRead } from './pending-reads.js';
import { type Problem, problem, refusal } from './problem.js';
import type { Request } from './request.js';

/**
 * `GET /v1/events/{eventId}/seats`: the published map. Requests for an event that come while one is under way share its
 * snapshot, so that a crowd costs a shard no more than one reader does.
 */
export class SeatsRoute {
  readonly #shards: ShardPort;
  readonly #reads: PendingReads;
  readonly #clock: Clock;
  /** By event id. */
  readonly #underWay = new Map<string, SeatsRead>();
  #readers = 0;

  constructor(shards: ShardPort, reads: PendingReads, clock: Clock) {
    this.#shards = shards;
    this.#reads = reads;
    this.#clock = clock;
  }

  /** Requests that wait for an answer. */
  get readers(): number {
    return this.#readers;
  }

  handle(request: Request, exchange: Exchange): void {
    const eventId = request.parameter(0);
    const ifNoneMatch = request.header('if-none-match');
    if (!isId(eventId)) {
      exchange.problem(problem('unknown_event', 'Cannot read seats as the address names no event'));
    } else if (this.#readers >= gatewayLimits.seatsReadersMax) {
      exchange.problem(problem('busy', 'Cannot read seats as too many do', gatewayLimits.retryAfterBusyMs));
    } else {
      this.#readOf(eventId).readers.push({ exchange, ifNoneMatch });
      this.#readers += 1;
    }
  }

  /** @param frame frame 2, or frame 5; null: there was no answer */
  answered(read: SeatsRead, frame: Uint8Array | null): void {
    if (this.#underWay.get(read.eventId) === read) this.#underWay.delete(read.eventId);
    this.#readers -= read.readers.length;
    const answer = frame === null ? null : readDown(decodeMsgpack(frame));
    if (answer?.[0] === downNumbers.snapshot) {
      answerAll(read, answer);
    } else if (answer?.[0] === downNumbers.rejected) {
      refuseAll(read, refusal(answer));
    } else {
      const detail = `Cannot read seats as the event did not answer: eventId is ${read.eventId}`;
      refuseAll(read, problem('unavailable', detail, gatewayLimits.retryAfterUnavailableMs));
    }
  }

  #readOf(eventId: string): SeatsRead {
    const underWay = this.#underWay.get(eventId);
    if (underWay !== undefined) return underWay;
    const read: SeatsRead = { kind: 'seats', eventId, readers: [] };
    this.#underWay.set(eventId, read);
    this.#shards.snapshot(this.#reads.add(read, this.#clock.monotonicMs()), eventId);
    return read;
  }
}

function answerAll({ readers }: SeatsRead, [, , position, seatCount, states, areas]: SnapshotFrame): void {
  const body = JSON.stringify({ position, seatCount, states: Buffer.from(states).toString('base64'), areas });
  const etag = `"${position[0]}-${position[1]}"`;
  const headers = { ETag: etag, 'Cache-Control': 'no-cache' };
  for (const { exchange, ifNoneMatch } of readers) {
    if (matches(ifNoneMatch, etag)) exchange.empty(304, headers);
    else exchange.json(200, body, headers);
  }
}

function refuseAll({ readers }: SeatsRead, because: Problem): void {
  for (const { exchange } of readers) exchange.problem(because);
}

/** RFC 9110, 13.1.2: weak comparison, a list, or a star. */
function matches(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch === '') return false;
  return ifNoneMatch.split(',').some((item) => {
    const tag = item.trim();
    return tag === '*' || tag === etag || tag === `W/${etag}`;
  });
}
