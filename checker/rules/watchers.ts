import { seatsOf } from '../change.js';
import { type EventHistory, nameOf } from '../event-history.js';
import { type AreaCounts, okOf, type Operation, type Position } from '../history.js';
import { PublishedMap, unpackStates } from '../published-map.js';
import type { Timeline } from '../timeline.js';
import type { Report } from '../violations.js';
import { fieldsOf, numberIn } from './answers.js';

interface Frame {
  readonly operation: Operation;
  readonly position: Position;
  readonly body: unknown;
}

/**
 * [I14] Every map that came to a watcher equals the replay at its position: snapshots whole, deltas by what they change, and
 * from one to the next without a gap. [I9] No map shows a part of a command.
 */
export function checkWatchers(report: Report, timeline: Timeline, history: EventHistory): void {
  const frames = history.seen.flatMap((operation): Frame[] => {
    const ok = operation.op === 'snapshot' || operation.op === 'delta' ? okOf(operation) : null;
    return ok === null ? [] : [{ operation, ...ok }];
  });
  checkChains(report, timeline, history);
  const real = frames.filter(({ position: [, seq] }) => timeline.entryAt(seq) !== undefined);
  const map = new PublishedMap(timeline);
  for (const frame of real.toSorted((one, other) => one.position[1] - other.position[1])) {
    const blame = (seat: number): 'I9' | 'I14' => (isPartOfCommand(frame, seat, timeline) ? 'I9' : 'I14');
    const tell = (what: string, seat?: number): void =>
      report(seat === undefined ? 'I14' : blame(seat), `${what}: ${nameOf(frame.operation)}`, frame.position[1]);
    if (frame.operation.op === 'snapshot') checkSnapshot(tell, timeline, map, frame);
    else checkDelta(tell, timeline, frame);
  }
}

type Tell = (what: string, seat?: number) => void;

function checkSnapshot(tell: Tell, timeline: Timeline, map: PublishedMap, { position: [, seq], body }: Frame): void {
  const { seatCount } = timeline.chart.configuration;
  const { states, areas } = fieldsOf(body);
  if (states !== map.at(seq)) {
    const shown = unpackStates(states, seatCount);
    if (shown === null || fieldsOf(body)['seatCount'] !== seatCount)
      tell(`a snapshot at ${seq} has not ${seatCount} seats`);
    else {
      for (const seat of seatsUnlike(shown, timeline, seq)) {
        tell(`seat ${seat} is ${shown[seat]} at ${seq}, and should be ${timeline.stateAt(seat, seq)}`, seat);
      }
    }
  }
  const should = JSON.stringify(timeline.areasAt(seq));
  if (JSON.stringify(areas) !== should)
    tell(`the areas are ${JSON.stringify(areas)} at ${seq}, and should be ${should}`);
}

function seatsUnlike(shown: Uint8Array, timeline: Timeline, seq: number): number[] {
  const unlike: number[] = [];
  for (let seat = 0; seat < shown.length; seat += 1) if (shown[seat] !== timeline.stateAt(seat, seq)) unlike.push(seat);
  return unlike;
}

function checkDelta(tell: Tell, timeline: Timeline, frame: Frame): void {
  const [, toSeq] = frame.position;
  const fromSeq = numberIn(frame.body, 'fromSeq') ?? -1;
  if (fromSeq < 0 || fromSeq > toSeq) {
    tell(`a delta covers ${fromSeq} to ${toSeq}`);
    return;
  }
  const span = `from ${fromSeq} to ${toSeq}`;
  const told = toldStates(frame);
  if (told === null) {
    tell(`a delta ${span} names a seat twice, or without a state`);
    return;
  }
  for (const [seat, state] of told) {
    const should = timeline.stateAt(seat, toSeq);
    if (state !== should) tell(`seat ${seat} becomes ${state} ${span}, and should be ${should}`, seat);
  }
  const changedAreas = new Set<string>();
  for (let seq = fromSeq + 1; seq <= toSeq; seq += 1) {
    const change = timeline.entryAt(seq)?.change;
    if (change === undefined) continue;
    if ('places' in change && change.places !== undefined) changedAreas.add(change.places.area);
    for (const seat of seatsOf(change)) {
      const [before, after] = [timeline.stateAt(seat, fromSeq), timeline.stateAt(seat, toSeq)];
      if (before !== after && !told.has(seat))
        tell(`seat ${seat} stays ${before} ${span}, and should be ${after}`, seat);
    }
  }
  checkAreas(tell, timeline, frame, fromSeq, changedAreas);
}

function checkAreas(
  tell: Tell,
  timeline: Timeline,
  { position: [, toSeq], body }: Frame,
  fromSeq: number,
  changed: Set<string>,
): void {
  const span = `from ${fromSeq} to ${toSeq}`;
  const { areas } = fieldsOf(body);
  const told = new Map((Array.isArray(areas) ? (areas as AreaCounts[]) : []).map((counts) => [counts[0], counts]));
  for (const [area, counts] of told) {
    const should = JSON.stringify(timeline.areaAt(area, toSeq));
    if (JSON.stringify(counts) !== should)
      tell(`an area becomes ${JSON.stringify(counts)} ${span}, and should be ${should}`);
  }
  for (const area of changed) {
    const [before, after] = [timeline.areaAt(area, fromSeq), timeline.areaAt(area, toSeq)].map((one) =>
      JSON.stringify(one),
    );
    if (before !== after && !told.has(area)) tell(`area ${area} stays ${before} ${span}, and should be ${after}`);
  }
}

/** The seats that a delta names, each with its new state; null where it names one twice. */
function toldStates({ body }: Frame): Map<number, number> | null {
  const { seats } = fieldsOf(body);
  const pairs = Array.isArray(seats) ? (seats as number[]) : [0];
  const told = new Map<number, number>();
  for (let index = 0; index < pairs.length; index += 2) told.set(pairs[index] ?? -1, pairs[index + 1] ?? -1);
  return told.size * 2 === pairs.length ? told : null;
}

/** Whether the frame shows another seat of the same change rightly. */
function isPartOfCommand({ position: [, seq], body }: Frame, seat: number, timeline: Timeline): boolean {
  const lastSeq = timeline.touchesOf([seat], 0, seq).at(-1);
  const change = lastSeq === undefined ? undefined : timeline.entryAt(lastSeq)?.change;
  if (change === undefined) return false;
  const fields = fieldsOf(body);
  const states = unpackStates(fields['states'], timeline.chart.configuration.seatCount);
  const told = states === null ? toldStates({ body } as Frame) : null;
  return seatsOf(change).some(
    (other) => other !== seat && (states?.[other] ?? told?.get(other)) === timeline.stateAt(other, seq),
  );
}

/** [I14] What one process got: each delta follows on the frame before it, and a snapshot leads back only after a subscribe. */
function checkChains(report: Report, timeline: Timeline, { seen }: EventHistory): void {
  const seqs = new Map<number, number | null>();
  const subscribers = new Set<number>();
  for (const operation of seen) {
    const { process } = operation;
    const ok = okOf(operation);
    if (ok === null) continue;
    const [, seq] = ok.position;
    const last = seqs.get(process) ?? null;
    if (operation.op === 'subscribe') {
      subscribers.add(process);
      seqs.set(process, resumedFrom(operation.input.position, timeline));
    } else if (operation.op === 'snapshot') {
      if (last !== null && seq < last && subscribers.has(process)) {
        report('I14', `a snapshot leads back from ${last}: ${nameOf(operation)}`, seq);
      }
      seqs.set(process, seq);
    } else if (operation.op === 'delta') {
      const fromSeq = numberIn(ok.body, 'fromSeq');
      if (last !== null && fromSeq !== last) {
        const where = last === nowhere ? 'nowhere' : `at ${last}`;
        report('I14', `a delta begins at ${fromSeq}, and the watcher was ${where}: ${nameOf(operation)}`, seq);
      }
      seqs.set(process, seq);
    }
  }
}

/** Nothing follows on a position that there never was: who made it up gets a snapshot. */
const nowhere = -1;

function resumedFrom(position: Position | null, timeline: Timeline): number | null {
  if (position === null) return null;
  const [epoch, seq] = position;
  return timeline.entryAt(seq)?.epoch === epoch ? seq : nowhere;
}
