import { holdIdOf, madeBy, placesOf, seatsOf } from '../change.js';
import { type EventHistory, nameOf } from '../event-history.js';
import { okOf, type Operation } from '../history.js';
import { holdAt, type HoldState } from '../hold-story.js';
import { endReasonOf, type Timeline } from '../timeline.js';
import type { Report } from '../violations.js';
import { fieldsOf, numberIn } from './answers.js';
import { holdsIn } from './promises.js';

/** [I10] What a holder is told of its own holds, by `my holds` and by frames 6 and 9, is what they were at that position. */
export function checkOwnHolds(report: Report, timeline: Timeline, { operations }: EventHistory): void {
  for (const operation of operations) {
    const ok = okOf(operation);
    // A position that does not exist is told of by answers.ts.
    if (ok === null || timeline.entryAt(ok.position[1]) === undefined) continue;
    const [, seq] = ok.position;
    if (operation.op === 'myHolds') checkMyHolds(report, timeline, operation, seq, ok.body);
    else if (operation.op === 'holdEnded') checkEnded(report, timeline, operation, seq, ok.body);
    else if (operation.op === 'holdChanged') checkChanged(report, timeline, operation, seq, ok.body);
  }
}

function checkMyHolds(report: Report, timeline: Timeline, operation: Operation, seq: number, body: unknown): void {
  const told = new Map(holdsIn(body).map((hold) => [hold['holdId'], hold]));
  for (const hold of timeline.liveHolds(operation.client, seq)) {
    const holdId = holdIdOf(hold.epoch, hold.seq);
    const one = told.get(holdId);
    told.delete(holdId);
    const contents = holdAt(hold, seq);
    if (one === undefined) report('I10', `hold ${holdId} lives at ${seq} and is not listed: ${nameOf(operation)}`, seq);
    else if (tell(one) !== tellContents(contents)) {
      report('I10', `hold ${holdId} has ${tellContents(contents)}, and not ${tell(one)}: ${nameOf(operation)}`, seq);
    } else {
      const leftMs = (contents?.deadlineMs ?? 0) - (timeline.atMs(seq) ?? 0);
      const toldMs = numberIn(one, 'expiresInMs') ?? 0;
      if (toldMs > leftMs) report('I5', `${toldMs} ms are told, and ${leftMs} were left: ${nameOf(operation)}`, seq);
    }
  }
  for (const holdId of told.keys()) {
    report('I10', `${String(holdId)} is listed and is no live hold of the holder at ${seq}: ${nameOf(operation)}`, seq);
  }
}

function checkEnded(report: Report, timeline: Timeline, operation: Operation, seq: number, body: unknown): void {
  const { holdId, reason } = fieldsOf(body);
  const change = timeline.entryAt(seq)?.change;
  const made = madeBy(String(holdId));
  const hold = made === null ? undefined : timeline.hold(made.seq);
  const isEnd =
    change !== undefined &&
    hold?.end?.seq === seq &&
    hold.epoch === made?.epoch &&
    hold.holderId === operation.client &&
    endReasonOf(change) === reason &&
    tell(fieldsOf(body)) === tellContents({ seats: seatsOf(change), places: placesOf(change) });
  if (!isEnd) report('I10', `change ${seq} does not end hold ${String(holdId)} so: ${nameOf(operation)}`, seq);
}

function checkChanged(report: Report, timeline: Timeline, operation: Operation, seq: number, body: unknown): void {
  const { holdId } = fieldsOf(body);
  const hold = timeline.liveHolds(operation.client, seq).find((one) => holdIdOf(one.epoch, one.seq) === holdId);
  if (hold === undefined) {
    report('I10', `${String(holdId)} is no live hold of the holder at ${seq}: ${nameOf(operation)}`, seq);
  } else if (tell(fieldsOf(body)) !== tellContents(holdAt(hold, seq))) {
    report('I10', `hold ${String(holdId)} has ${tellContents(holdAt(hold, seq))}: ${nameOf(operation)}`, seq);
  }
}

function tell({ seats, area, quantity }: Readonly<Record<string, unknown>>): string {
  return JSON.stringify([seats, area, quantity]);
}

function tellContents(contents: Pick<HoldState, 'seats' | 'places'> | undefined): string {
  return tell({ seats: contents?.seats, area: contents?.places?.area, quantity: contents?.places?.quantity });
}
