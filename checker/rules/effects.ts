import { isDeepStrictEqual } from 'node:util';
import { differenceFrom } from '../asked-for.js';
import type { Change } from '../change.js';
import type { Chart } from '../configuration.js';
import { type EventHistory, nameOf } from '../event-history.js';
import { type Command, okOf, refusalOf } from '../history.js';
import type { Knowledge } from '../knowledge.js';
import type { Timeline } from '../timeline.js';
import type { Report } from '../violations.js';
import { commandsRemembered } from './command-ids.js';

/** Refusals that are not the event's: they say nothing about whether the command is remembered. */
const refusedAtTheDoor: ReadonlySet<string> = new Set(['busy', 'slow_down', 'unauthorized', 'bad_frame', 'forbidden']);

/**
 * [I7] What was refused has no effect, and what took effect is not refused later. What is unknown did all that was asked
 * for or nothing (I9). Whether a command took effect twice, the journal tells alone (command-ids.ts).
 */
export function checkEffects(
  report: Report,
  timeline: Timeline,
  knowledge: Knowledge,
  { commands }: EventHistory,
): void {
  for (const { key, attempts, seq, isRepeated } of commands) {
    if (seq === null) continue;
    const codes = attempts.map((attempt) => refusalOf(attempt)?.code);
    if (codes.every((code) => code !== undefined && code !== 'idempotency_mismatch')) {
      report('I7', `a command was refused and made change ${seq}: ${key}: ${codes.join(', ')}`, seq);
    }
    // Nobody knows which attempt made which change.
    if (isRepeated) continue;
    const change = timeline.entryAt(seq)?.change;
    if (change === undefined) continue;
    checkWhatWasDone(report, timeline.chart, attempts, change, seq);
    for (const attempt of attempts) checkRefusedAttempt(report, timeline, knowledge, attempts, attempt, seq);
  }
}

/** Each attempt that was answered with the change, and one at least of those that may have made it, asked for what it is. */
function checkWhatWasDone(
  report: Report,
  chart: Chart,
  attempts: readonly Command[],
  change: Change,
  seq: number,
): void {
  const tried = attempts.filter((attempt) => refusalOf(attempt) === null);
  const differences = tried.map((attempt) => ({ attempt, difference: differenceFrom(attempt, change, chart) }));
  const isExplained = differences.some(({ difference }) => difference === null);
  for (const { attempt, difference } of differences) {
    // Another confirm of a confirmed hold is answered with an older change: answers.ts.
    const isAnswered = okOf(attempt)?.position[1] === seq;
    if (difference === null || (!isAnswered && isExplained)) continue;
    report(difference.invariant, `${difference.message}: ${nameOf(attempt)}`, seq);
  }
}

function checkRefusedAttempt(
  report: Report,
  timeline: Timeline,
  knowledge: Knowledge,
  attempts: readonly Command[],
  attempt: Command,
  seq: number,
): void {
  const code = refusalOf(attempt)?.code;
  if (code === undefined || refusedAtTheDoor.has(code)) return;
  if (code === 'idempotency_mismatch') {
    const first = attempts.find((one) => okOf(one)?.position[1] === seq);
    if (first !== undefined && isSameWish(first, attempt))
      report('I7', `a repeat was taken for another command: ${nameOf(attempt)}`, seq);
    return;
  }
  const isRemembered = timeline.lastSeq - seq < commandsRemembered;
  if (isRemembered && knowledge.knownToWriter(attempt.call) >= seq) {
    report('I7', `a command that had been accepted as change ${seq} was refused, ${code}: ${nameOf(attempt)}`, seq);
  }
}

function isSameWish(one: Command, other: Command): boolean {
  return one.op === other.op && isDeepStrictEqual(one.input, other.input);
}

/** [I7] Where histories tell of all that was ever sent: nothing happens that nobody asked for. */
export function checkNobodyElse(report: Report, timeline: Timeline, { unsent }: EventHistory): void {
  for (const { key, seq } of unsent) {
    const kind = timeline.entryAt(seq)?.change.kind ?? '';
    const isHolders = ['SeatsHeld', 'PlacesHeld', 'HoldExtended', 'HoldReleased', 'BookingConfirmed'].includes(kind);
    if (isHolders) report('I7', `nobody sent the command of change ${seq}: ${key}`, seq);
  }
}
