import { holdIdOf, madeBy } from '../change.js';
import { type EventHistory, nameOf } from '../event-history.js';
import { isCommand, okOf, type Operation, refusalOf } from '../history.js';
import type { Knowledge } from '../knowledge.js';
import type { Timeline } from '../timeline.js';
import type { Report } from '../violations.js';
import { fieldsOf, numberIn } from './answers.js';

interface Assurance {
  readonly untilMs: number;
  readonly operation: Operation;
}

/**
 * [I5] No hold ends by time earlier than a client was promised. `expiresInMs` counts from the sending of the answer, which is
 * not before the call; and nobody may see the end earlier than that, by the clock that all clients share.
 *
 *     call ───────── sent ── return              end seen by anybody
 *      ├────────────── expiresInMs ─────────────┤ not before here
 */
export function checkPromises(
  report: Report,
  timeline: Timeline,
  knowledge: Knowledge,
  { operations }: EventHistory,
  toleranceMs: number,
): void {
  const promises = new Map<number, Assurance>();
  const promise = (operation: Operation, holdId: unknown, expiresInMs: number | null): void => {
    const made = typeof holdId === 'string' ? madeBy(holdId) : null;
    const hold = made === null ? undefined : timeline.hold(made.seq);
    if (hold === undefined || hold.epoch !== made?.epoch || expiresInMs === null) return;
    if (expiresInMs > hold.longestMs) {
      report(
        'I5',
        `${expiresInMs} ms are promised of a hold that had ${hold.longestMs} ms: ${nameOf(operation)}`,
        hold.seq,
      );
    }
    const untilMs = operation.call + expiresInMs;
    // 0 promises nothing: the hold may have ended.
    if (expiresInMs > 0 && untilMs > (promises.get(hold.seq)?.untilMs ?? 0))
      promises.set(hold.seq, { untilMs, operation });
  };
  for (const operation of operations) {
    const body = okOf(operation)?.body;
    if (isCommand(operation)) promise(operation, fieldsOf(body)['holdId'], numberIn(body, 'expiresInMs'));
    else if (operation.op === 'myHolds') {
      for (const hold of holdsIn(body)) promise(operation, hold['holdId'], numberIn(hold, 'expiresInMs'));
    }
  }
  for (const [holdSeq, { untilMs, operation }] of promises) {
    const end = timeline.hold(holdSeq)?.end;
    if (end?.reason !== 'expired') continue;
    const earlyMs = untilMs - knowledge.earliestSight(end.seq);
    if (earlyMs > toleranceMs) {
      report('I5', `a hold ended ${earlyMs} ms before the time promised to ${nameOf(operation)}`, end.seq);
    }
  }
  checkEndedRefusals(report, promises, operations, toleranceMs);
}

/** A refusal tells of an end too, and has no position. */
function checkEndedRefusals(
  report: Report,
  promises: ReadonlyMap<number, Assurance>,
  operations: readonly Operation[],
  toleranceMs: number,
): void {
  for (const operation of operations) {
    const refusal = refusalOf(operation);
    if (refusal?.code !== 'hold_ended' || refusal.details.reason !== 'expired' || !('holdId' in operation.input))
      continue;
    const { epoch, seq } = madeBy(operation.input.holdId) ?? { epoch: 0, seq: 0 };
    const earlyMs = (promises.get(seq)?.untilMs ?? 0) - (operation.return ?? operation.call);
    if (earlyMs > toleranceMs) {
      report(
        'I5',
        `hold ${holdIdOf(epoch, seq)} is said to have expired ${earlyMs} ms early: ${nameOf(operation)}`,
        seq,
      );
    }
  }
}

/** The holds that an answer to `myHolds` lists. */
export function holdsIn(body: unknown): Readonly<Record<string, unknown>>[] {
  const { holds } = fieldsOf(body);
  return Array.isArray(holds) ? holds.map(fieldsOf) : [];
}
