import { bookingIdOf, type Change, type Entry, holdIdOf, madeBy, placesOf, seatsOf } from '../change.js';
import { type EventHistory, nameOf } from '../event-history.js';
import { type Command, isCommand, okOf } from '../history.js';
import type { Timeline } from '../timeline.js';
import type { Report } from '../violations.js';

/**
 * [I6] What was accepted is in the journal: at its position, in its epoch, for its holder, and with the seats and money that
 * the answer told. [I10] No answer, map or notice tells of a position that the journal does not have.
 */
export function checkAnswers(report: Report, timeline: Timeline, { operations }: EventHistory): void {
  for (const operation of operations) {
    const ok = okOf(operation);
    if (ok === null) continue;
    const [epoch, seq] = ok.position;
    const entry = timeline.entryAt(seq);
    const invariant = isCommand(operation) ? 'I6' : 'I10';
    if (entry === undefined) {
      report(
        invariant,
        `change ${seq} is not in the journal, which ends at ${timeline.lastSeq}: ${nameOf(operation)}`,
        seq,
      );
    } else if (entry.epoch !== epoch) {
      report(invariant, `change ${seq} was made in epoch ${entry.epoch}, and not ${epoch}: ${nameOf(operation)}`, seq);
    } else if (isCommand(operation)) {
      checkAccepted(report, timeline, operation, entry, ok.body);
    }
  }
}

function checkAccepted(report: Report, timeline: Timeline, command: Command, entry: Entry, body: unknown): void {
  const { seq, change } = entry;
  if (!isAnswerOf(command, change)) {
    const by = 'identity' in change ? `command ${change.identity.commandId} of ${change.identity.holderId}` : 'nobody';
    report('I6', `change ${seq} was asked for by ${by}: ${nameOf(command)}`, seq);
    return;
  }
  const { configuration } = timeline.chart;
  if (command.op === 'confirm' && configuration.confirmBy === 'server' && command.input.by !== 'server') {
    report('I12', `a holder confirmed where only a server may: ${nameOf(command)}`, seq);
  }
  const told = fieldsOf(body);
  for (const [field, value] of Object.entries(expectedBody(entry, configuration.currency))) {
    const [is, should] = [JSON.stringify(told[field]), JSON.stringify(value)];
    if (is !== should)
      report('I6', `the answer says ${field} ${is}, and the journal ${should}: ${nameOf(command)}`, seq);
  }
}

/** The command itself, or another confirm of a hold that was confirmed before. */
function isAnswerOf(command: Command, change: Change): boolean {
  if (!('identity' in change) || change.identity.holderId !== command.client) return false;
  if (change.identity.commandId === command.input.commandId) return true;
  if (command.op !== 'confirm' || change.kind !== 'BookingConfirmed') return false;
  const hold = madeBy(command.input.holdId);
  return hold?.epoch === change.holdEpoch && hold.seq === change.holdSeq;
}

/** All of it but the time that is left. */
function expectedBody({ epoch, seq, change }: Entry, currency: string): Record<string, unknown> {
  const places = placesOf(change);
  const what = { seats: seatsOf(change), area: places?.area, quantity: places?.quantity };
  switch (change.kind) {
    case 'SeatsHeld':
    case 'PlacesHeld':
      return { holdId: holdIdOf(epoch, seq), ...what, totalMinor: change.totalMinor, currency };
    case 'HoldExtended':
      return { holdId: holdIdOf(change.holdEpoch, change.holdSeq), ...what, totalMinor: change.totalMinor, currency };
    case 'HoldReleased': {
      const { holdEpoch, holdSeq, remaining, remainingQuantity } = change;
      return { holdId: holdIdOf(holdEpoch, holdSeq), ...what, remaining, remainingQuantity };
    }
    case 'BookingConfirmed':
      return { bookingId: bookingIdOf(epoch, seq), ...what, totalMinor: change.totalMinor, currency };
    default:
      return {};
  }
}

/** The body's fields; none where it is no object. */
export function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

/** The body's field, where it is a number. */
export function numberIn(body: unknown, field: string): number | null {
  const value = fieldsOf(body)[field];
  return typeof value === 'number' ? value : null;
}
