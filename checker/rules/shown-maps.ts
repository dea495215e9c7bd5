import { holdIdOf, madeBy } from '../change.js';
import { type EventHistory, nameOf, returnOf } from '../event-history.js';
import { isCommand, okOf, type Operation, refusalOf } from '../history.js';
import { unpackStates } from '../published-map.js';
import { holdAt, type HoldStory } from '../hold-story.js';
import type { Timeline } from '../timeline.js';
import type { Report } from '../violations.js';
import { fieldsOf, numberIn } from './answers.js';

/** What one process has heard so far. */
interface Heard {
  /** The highest position, of whatever kind. */
  seq: number;
  /** Holds that it was told to have: since when, and until when it may count on them. */
  readonly holds: Map<number, { readonly sinceMs: number; readonly untilMs: number }>;
}

/**
 * [I14] What a client shows is what its map says, with what it has heard since of its own holds laid over it: no seat looks as
 * it never did between the two. A seat of a hold that the client was given is not shown as free while the hold lives, as far
 * as the client can know. At the end, every map is that of the journal's end.
 */
export function checkShownMaps(report: Report, timeline: Timeline, { operations }: EventHistory): void {
  const processes = new Map<number, Heard>();
  // What came in at the very moment of a map may be in it, or not.
  const inOrder = operations.toSorted((one, other) => returnOf(one) - returnOf(other) || rankOf(one) - rankOf(other));
  for (const operation of inOrder) {
    const heard: Heard = processes.get(operation.process) ?? { seq: 0, holds: new Map() };
    processes.set(operation.process, heard);
    const ok = okOf(operation);
    if (ok !== null) heard.seq = Math.max(heard.seq, ok.position[1]);
    if (isCommand(operation)) hear(heard, operation);
    else if (operation.op === 'map' && ok !== null) {
      checkMap(report, timeline, operation, heard, ok.position[1], ok.body);
    }
  }
}

function hear(heard: Heard, operation: Operation): void {
  if (refusalOf(operation)?.code === 'hold_ended' && 'holdId' in operation.input) {
    heard.holds.delete(madeBy(operation.input.holdId)?.seq ?? 0);
  }
  const body = okOf(operation)?.body;
  const expiresInMs = numberIn(body, 'expiresInMs');
  const made = madeBy(String(fieldsOf(body)['holdId']));
  if (expiresInMs === null || made === null) return;
  const sinceMs = heard.holds.get(made.seq)?.sinceMs ?? returnOf(operation);
  heard.holds.set(made.seq, { sinceMs, untilMs: operation.call + expiresInMs });
}

function rankOf({ op }: Operation): number {
  return op === 'map' ? 1 : 0;
}

function checkMap(
  report: Report,
  timeline: Timeline,
  operation: Operation,
  heard: Heard,
  seq: number,
  body: unknown,
): void {
  const { seatCount } = timeline.chart.configuration;
  const shown = unpackStates(fieldsOf(body)['states'], seatCount);
  if (shown === null) {
    report('I14', `a map has not ${seatCount} seats: ${nameOf(operation)}`, seq);
    return;
  }
  for (let seat = 0; seat < seatCount; seat += 1) {
    const known = timeline.statesBetween(seat, seq, Math.max(seq, heard.seq));
    const state = shown[seat] ?? 0;
    if (known.includes(state)) continue;
    const span = `between ${seq} and ${heard.seq}`;
    report('I14', `seat ${seat} is shown as ${state}, and was ${known.join(', ')} ${span}: ${nameOf(operation)}`, seq);
  }
  for (const [holdSeq, { sinceMs, untilMs }] of heard.holds) {
    const hold = timeline.hold(holdSeq);
    const isKnownToLive = sinceMs < operation.call && operation.call < untilMs;
    if (hold === undefined || !isKnownToLive || (hold.end !== null && hold.end.seq <= heard.seq)) continue;
    checkOwnSeats(report, operation, shown, hold, heard.seq);
  }
  if (operation.op === 'map' && operation.input.final === true && seq !== timeline.lastSeq) {
    report(
      'I14',
      `the last map stands at ${seq}, and the journal ends at ${timeline.lastSeq}: ${nameOf(operation)}`,
      seq,
    );
  }
}

function checkOwnSeats(
  report: Report,
  operation: Operation,
  shown: Uint8Array,
  hold: HoldStory,
  heardSeq: number,
): void {
  for (const seat of holdAt(hold, heardSeq)?.seats ?? []) {
    if (shown[seat] !== 0) continue;
    const id = holdIdOf(hold.epoch, hold.seq);
    report('I14', `seat ${seat} of the client's own live hold ${id} is shown as free: ${nameOf(operation)}`, hold.seq);
  }
}
