import type { Entry } from '../journal/entry.js';
import type { Change } from '../seatmap/change.js';
import type { History } from './history.js';
import type { Sometimes } from './sometimes.js';
import type { Granted } from './store-link.js';

/** A confirm is close to its deadline within this. */
const closeMs = 500;

/** Which situations an event's journal tells of. */
export function noteJournal(sometimes: Sometimes, entries: readonly Entry[], granted: readonly Granted[]): void {
  const restedEpochs = new Set(granted.filter(({ rested }) => rested).map(({ epoch }) => epoch));
  /** Hold seq → deadline. */
  const live = new Map<number, number>();
  const cancelledSeats = new Set<number>();
  let epoch = 0;
  for (const { change, seq, epoch: madeIn } of entries) {
    if (madeIn > epoch) {
      if (live.size > 0) sometimes.hit('takeover with live holds');
      if (change.kind === 'HoldExpired' && restedEpochs.has(madeIn)) sometimes.hit('woken from rest to end a hold');
      epoch = madeIn;
    }
    noteChange(sometimes, change);
    switch (change.kind) {
      case 'SeatsHeld':
      case 'PlacesHeld':
        live.set(seq, change.deadlineMs);
        break;
      case 'HoldExtended':
        live.set(change.holdSeq, change.deadlineMs);
        break;
      case 'DeadlinesRaised':
        for (const [holdSeq, deadlineMs] of live) live.set(holdSeq, Math.max(deadlineMs, change.untilMs));
        break;
      case 'HoldReleased':
        if (change.remaining.length === 0 && (change.remainingQuantity ?? 0) === 0) live.delete(change.holdSeq);
        break;
      case 'HoldExpired':
      case 'HoldRevoked':
        live.delete(change.holdSeq);
        break;
      case 'BookingConfirmed':
        if ((live.get(change.holdSeq) ?? Number.POSITIVE_INFINITY) - change.atMs < closeMs)
          sometimes.hit('confirm accepted just before the deadline');
        if (change.seats.some((seat) => cancelledSeats.has(seat))) sometimes.hit('cancelled and booked again');
        live.delete(change.holdSeq);
        break;
      case 'BookingCancelled':
        for (const seat of change.seats) cancelledSeats.add(seat);
        break;
      default:
    }
  }
}

function noteChange(sometimes: Sometimes, change: Change): void {
  switch (change.kind) {
    case 'PlacesHeld':
      sometimes.hit('places held');
      break;
    case 'HoldExtended':
      sometimes.hit('hold extended');
      break;
    case 'HoldReleased':
      if (change.remaining.length > 0 || (change.remainingQuantity ?? 0) > 0) sometimes.hit('part of a hold released');
      break;
    case 'HoldExpired':
      sometimes.hit('hold expired');
      break;
    case 'HoldRevoked':
      sometimes.hit('hold revoked');
      break;
    case 'SeatsBlocked':
      sometimes.hit('seats blocked');
      break;
    case 'PlacesBlocked':
      sometimes.hit('places blocked');
      break;
    case 'DeadlinesRaised':
      sometimes.hit('deadlines raised after an unplanned recovery');
      break;
    default:
  }
}

/** Which situations clients have met. */
export function noteHistory(sometimes: Sometimes, { operations }: History): void {
  for (const { unknown, accepted, refusal } of operations) {
    if (unknown === 0) continue;
    if (accepted.length > 0) sometimes.hit('accepted after an unknown answer');
    else if (refusal !== null) sometimes.hit('refused after an unknown answer');
  }
}
