import type { LiveSeatMap } from 'usher/client';
import { type BuyerState, buyerStates } from './buyer.js';
import type { Tally } from './tally.js';

/** Seats, and places of areas, by state. */
export interface Places {
  readonly free: number;
  readonly held: number;
  readonly booked: number;
  readonly total: number;
}

export interface Progress {
  readonly elapsedMs: number;
  readonly states: readonly BuyerState[];
  readonly tally: Pick<Tally, 'holds' | 'bookings' | 'refusals'>;
  readonly places: Places;
}

const figures = new Intl.NumberFormat('en');

/** What is left comes first: a narrow terminal cuts the end off. */
export function progressLine({ elapsedMs, states, tally, places }: Progress): string {
  const people = buyerStates
    .map((state) => ({ state, count: states.filter((other) => other === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${figures.format(count)} ${state}`);
  return [
    `${clock(elapsedMs)}  ${figures.format(places.free)}/${figures.format(places.total)} free, ${figures.format(places.held)} held`,
    `${figures.format(tally.holds)} holds, ${figures.format(tally.bookings)} bookings, ${figures.format(tally.refusals)} refused`,
    people.join(', '),
  ].join(' · ');
}

export function placesOf(map: Pick<LiveSeatMap, 'seatCount' | 'state' | 'areas'>): Places {
  const places = { free: 0, held: 0, booked: 0, total: map.seatCount };
  for (let seat = 0; seat < map.seatCount; seat++) {
    const state = map.state(seat);
    if (state !== 'blocked') places[state] += 1;
  }
  for (const { free, held, booked, blocked } of map.areas) {
    places.free += free;
    places.held += held;
    places.booked += booked;
    places.total += free + held + booked + blocked;
  }
  return places;
}

/** `75:08` */
function clock(elapsedMs: number): string {
  const seconds = Math.floor(elapsedMs / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** As much of `process.stdout` as is used. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Of a terminal and of a file: how often a new line of progress is worth it. */
const everyMs = { terminal: 500, file: 5_000 };

/** A terminal sees one line that changes; a file gets a line from time to time. */
export class ProgressPrinter {
  readonly #terminal: Terminal;
  #shown = '';

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  get everyMs(): number {
    return this.#terminal.isTTY === true ? everyMs.terminal : everyMs.file;
  }

  show(line: string): void {
    if (this.#terminal.isTTY !== true) {
      this.#terminal.write(`${line}\n`);
      return;
    }
    // A line as wide as the terminal would wrap, and could not be rewritten.
    const width = (this.#terminal.columns ?? 80) - 1;
    this.#shown = line.length > width ? `${line.slice(0, width - 1)}…` : line;
    this.#terminal.write(`\r\u001b[K${this.#shown}`);
  }

  /** Something to keep: above the line that changes. */
  say(text: string): void {
    const isOpen = this.#shown !== '';
    this.#terminal.write(isOpen ? `\r\u001b[K${text}\n${this.#shown}` : `${text}\n`);
  }

  /** What is said from now on stands below the last line. */
  end(): void {
    if (this.#shown !== '') this.#terminal.write('\n');
    this.#shown = '';
  }
}
