import { EventBatch } from '../../src/journal/batch.js';
import type { Change, EventOpened, HoldReleased } from '../../src/seatmap/change.js';
import type { EventConfiguration } from '../../src/seatmap/configuration.js';
import { configurationOf, openedAtMs, standingConfigurationOf } from '../../src/seatmap/testing/hall.js';
import { checkEvent, type CheckOptions, type Verdict } from '../check.js';
import type { JournalRow } from '../journal-decoder.js';
import type { EventTables } from '../rules/tables.js';
import type { Violation } from '../violations.js';

/*
 * Journals made by hand, in epoch 1 and one change a row unless told otherwise. Times are milliseconds since the opening; holds live for 1,000.
 * Seats 0–5 cost 5,000 and seats 6–11 cost 2,000; `floor` has 10 places at 2,000, `box` 3 at 5,000.
 */

const holdTtlMs = 1_000;

export function identity(holderId: string, commandId: string) {
  return { holderId, commandId, payloadHash: 1 };
}

export function opened(overrides: Partial<EventConfiguration> = {}, areas = true): EventOpened {
  const configuration = areas ? standingConfigurationOf(overrides) : configurationOf(overrides);
  return { kind: 'EventOpened', atMs: openedAtMs, configuration };
}

interface Making {
  readonly by?: string;
  readonly at?: number;
  readonly id?: string;
  readonly totalMinor?: number;
  readonly ttlMs?: number;
}

const atMsOf = (at = 0): number => openedAtMs + at;
let made = 0;
const freshId = (): string => `command-${(made += 1)}`;

function asked({ by = 'ann', at, id = freshId() }: Making) {
  return { atMs: atMsOf(at), identity: identity(by, id) };
}

export function held(seats: readonly number[], making: Making = {}): Change {
  const { ttlMs = holdTtlMs, totalMinor = costOf(seats), at } = making;
  return { kind: 'SeatsHeld', ...asked(making), deadlineMs: atMsOf(at) + ttlMs, seats, totalMinor };
}

export function costOf(seats: readonly number[]): number {
  return seats.reduce((total, seat) => total + (seat < 6 ? 5_000 : 2_000), 0);
}

export function placesHeld(quantity: number, making: Making = {}, area = 'floor'): Change {
  const { ttlMs = holdTtlMs, totalMinor = quantity * (area === 'floor' ? 2_000 : 5_000), at } = making;
  const places = { area, quantity };
  return { kind: 'PlacesHeld', ...asked(making), deadlineMs: atMsOf(at) + ttlMs, places, totalMinor };
}

/** The hold that change `holdSeq` made in epoch 1. */
const hold = (holdSeq: number) => ({ holdEpoch: 1, holdSeq });

export function extended(holdSeq: number, seats: readonly number[], making: Making = {}): Change {
  const { ttlMs = holdTtlMs, totalMinor = costOf(seats), at } = making;
  const deadlineMs = atMsOf(at) + ttlMs;
  return { kind: 'HoldExtended', ...asked(making), ...hold(holdSeq), deadlineMs, seats, totalMinor };
}

export function released(
  holdSeq: number,
  seats: readonly number[],
  remaining: readonly number[] = [],
  making: Making = {},
): HoldReleased {
  return { kind: 'HoldReleased', ...asked(making), ...hold(holdSeq), seats, remaining };
}

export function placesReleased(holdSeq: number, quantity: number, remainingQuantity: number): Change {
  return { ...released(holdSeq, []), places: { area: 'floor', quantity }, remainingQuantity };
}

export function expired(
  holdSeq: number,
  seats: readonly number[],
  { by = 'ann', at = holdTtlMs }: Making = {},
): Change {
  return { kind: 'HoldExpired', atMs: atMsOf(at), ...hold(holdSeq), holderId: by, seats };
}

export function revoked(holdSeq: number, seats: readonly number[], { by = 'ann', at }: Making = {}): Change {
  return {
    kind: 'HoldRevoked',
    ...asked({ by: 'operator', ...(at === undefined ? {} : { at }) }),
    ...hold(holdSeq),
    holderId: by,
    seats,
    reason: '',
  };
}

export function confirmed(holdSeq: number, seats: readonly number[], making: Making = {}): Change {
  const { totalMinor = costOf(seats) } = making;
  return { kind: 'BookingConfirmed', ...asked(making), ...hold(holdSeq), orderRef: 'order', seats, totalMinor };
}

export function cancelled(bookingSeq: number, seats: readonly number[], { by = 'ann', at = 0 }: Making = {}): Change {
  const booking = { bookingEpoch: 1, bookingSeq };
  return { kind: 'BookingCancelled', ...asked({ by: 'operator', at }), ...booking, holderId: by, seats, reason: '' };
}

export function blocked(seats: readonly number[], kind: 'SeatsBlocked' | 'SeatsUnblocked' = 'SeatsBlocked'): Change {
  return { kind, ...asked({ by: 'operator' }), seats, reason: '' };
}

export function placesBlocked(quantity: number, kind: 'PlacesBlocked' | 'PlacesUnblocked' = 'PlacesBlocked'): Change {
  return { kind, ...asked({ by: 'operator' }), places: { area: 'floor', quantity }, reason: '' };
}

export function raised(at: number, untilMs: number): Change {
  return { kind: 'DeadlinesRaised', atMs: atMsOf(at), untilMs: atMsOf(untilMs) };
}

/** A row for each change. */
export function rowsOf(changes: readonly Change[], epochs: readonly number[] = []): JournalRow[] {
  return changes.map((change, index) => {
    const batch = new EventBatch('event-1', epochs[index] ?? 1, index + 1, 'EUR');
    batch.add(change);
    return batch.seal(null);
  });
}

export interface Story extends CheckOptions {
  readonly tables?: EventTables;
  readonly epochs?: readonly number[];
}

export function judge(changes: readonly Change[], { tables, epochs, ...options }: Story = {}): Verdict {
  return checkEvent({ eventId: 'event-1', rows: rowsOf(changes, epochs), tables: tables ?? null }, options);
}

/** `I3@4 seat 5 is held …`: the invariant, the change and what is wrong. */
export function told(violations: readonly Violation[]): string[] {
  return violations.map(
    ({ invariant, seq, message }) => `${invariant}${seq === undefined ? '' : `@${seq}`} ${message}`,
  );
}
