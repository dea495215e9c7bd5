import { type Code, type EndReason, type SeatState, UsherError } from '../client/client.js';
import type { HallSeat } from './hall.js';

// What the page says, in plain words. Pure.

export type SeatName = (seat: number) => string;

/** "Stalls centre row C seat 12", without the section where there is only one. */
export function seatName(seat: HallSeat, hasSections: boolean): string {
  return capital(`${rowName(seat, hasSections)}seat ${seat.label}`);
}

/** "Stalls centre row C seats 12, 13 and 14"; null where they are not all of one row. */
export function groupName(seats: readonly HallSeat[], hasSections: boolean): string | null {
  const [first] = seats;
  if (first === undefined || seats.length < 2) return null;
  if (seats.some(({ section, row }) => section !== first.section || row !== first.row)) return null;
  return capital(`${rowName(first, hasSections)}seats ${listed(seats.map(({ label }) => label))}`);
}

function rowName({ section, row }: HallSeat, hasSections: boolean): string {
  return `${hasSections ? `${section} ` : ''}${row === '' ? '' : `row ${row} `}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "1, 2 and 3" */
function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

/** A few names; of many, the first and how many more. */
export function namesOf(seats: readonly number[], name: SeatName): string {
  const namedMax = 4;
  const named = seats.slice(0, namedMax).map(name);
  const more = seats.length - named.length;
  return more > 0 ? `${named.join(', ')} and ${more} more` : listed(named);
}

export function countOf(count: number, thing: string): string {
  return `${count.toLocaleString('en')} ${thing}${count === 1 ? '' : 's'}`;
}

/** "4:05" */
export function timeLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** "9 minutes", "40 seconds" */
export function roughTime(ms: number): string {
  return ms >= 90_000 ? countOf(Math.round(ms / 60_000), 'minute') : countOf(Math.round(ms / 1000), 'second');
}

export type SeatMark = SeatState | 'selected' | 'ownHold' | 'ownBooked';

export const markWords: Readonly<Record<SeatMark, string>> = {
  free: 'free',
  held: 'held by someone else',
  booked: 'booked',
  blocked: 'not for sale',
  selected: 'selected',
  ownHold: 'held for you',
  ownBooked: 'booked by you',
};

export const accessibleWords = { wheelchair: 'wheelchair place', companion: 'companion seat' } as const;

/** How much of a standing area is left. */
export function areaCountWords(free: number): string {
  return free === 0 ? 'none free' : `${free.toLocaleString('en')} free`;
}

/** Seats that were wanted and are somebody else's. */
export function takenWords(taken: readonly number[], othersStillSelected: boolean, name: SeatName): string {
  const were = taken.length === 1 ? 'was' : 'were';
  const rest = othersStillSelected ? ' — your other seats are still selected' : '';
  return `${namesOf(taken, name)} ${were} just taken by someone else${rest}.`;
}

export type Action = 'hold' | 'holdBest' | 'holdArea' | 'extend' | 'release' | 'confirm';

/** Why a command did not succeed. What became of the selection after `seat_taken` is said by `takenWords`. */
export function refusalWords(action: Action, error: unknown): string {
  if (!(error instanceof UsherError)) return `Something went wrong on this page: ${String(error)}`;
  if (error.code === 'hold_ended') return holdEndedWords(error.reason);
  if (error.code === 'not_on_sale' && error.retryAfterMs !== null) {
    return `The sale begins in ${roughTime(error.retryAfterMs)}.`;
  }
  if (error.code === 'limit_exceeded' && action === 'extend') return 'This hold cannot be extended again.';
  if (error.code === 'not_available' && action === 'holdArea') return 'Not so many places are left there.';
  return plainRefusals[error.code] ?? `The server refused: ${error.message}`;
}

const plainRefusals: Readonly<Partial<Record<Code, string>>> = {
  unknown_hold: 'This hold is not there any more.',
  not_available: 'There are no such seats left. Fewer of them, another price or seats apart may still be free.',
  limit_exceeded: 'That is more than one person may hold. Release or confirm a hold first.',
  not_on_sale: 'This event is not on sale.',
  forbidden: 'These seats are confirmed by the box office, not on this page.',
  slow_down: 'There is a great rush just now. Nothing has changed; please try again.',
  busy: 'There is a great rush just now. Nothing has changed; please try again.',
  unavailable: 'The server did not answer in time. What came of it will show here as soon as it does.',
};

/** null: nobody said how. */
export function holdEndedWords(reason: EndReason | null): string {
  return endWords[reason ?? 'unknown'];
}

const endWords: Readonly<Record<EndReason | 'unknown', string>> = {
  expired: 'The time to confirm is over. What was held is free again.',
  revoked: 'The box office has taken it back.',
  released: 'Released.',
  confirmed: 'Booked.',
  unknown: 'The hold ended while this page was not connected.',
};
