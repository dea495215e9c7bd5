import type { Chart, EventDetails, LiveSeatMap } from '../client/client.js';
import { must } from '../lib/must.js';
import type { Bookings } from './bookings.js';
import type { Hall, HallSeat } from './hall.js';
import { formatMoney } from './money.js';
import type { Selection } from './selection.js';
import {
  accessibleWords,
  areaCountWords,
  countOf,
  groupName,
  markWords,
  namesOf,
  type SeatMark,
  seatName,
} from './words.js';

/** What somebody holds, has booked or is about to: seats, or places of an area (then `seats` is empty). */
export interface Places {
  readonly seats: readonly number[];
  readonly area?: string;
  readonly quantity?: number;
}

/** A standing area as it is now. */
export interface AreaNow {
  readonly name: string;
  readonly priceMinor: number;
  readonly capacity: number;
  /** null: not known yet. */
  readonly free: number | null;
  /** Places of it that this holder holds. */
  readonly ownHeld: number;
  readonly ownBooked: number;
}

export interface EventPlacesOptions {
  readonly hall: Hall;
  readonly event: EventDetails;
  readonly chart: Chart;
  readonly map: LiveSeatMap;
  readonly selection: Selection;
  readonly bookings: Bookings;
}

/** Everything the page knows of seats and areas, in one place: what they are called, what they cost, whose they are. */
export class EventPlaces {
  readonly #options: EventPlacesOptions;
  readonly #colors: ReadonlyMap<string, string>;
  readonly #areas: ReadonlyMap<string, Chart['areas'][number]>;

  constructor(options: EventPlacesOptions) {
    this.#options = options;
    this.#colors = new Map(options.chart.categories.map(({ key, color }) => [key, color]));
    this.#areas = new Map(options.chart.areas.map((area) => [area.area, area]));
  }

  categoryColor(category: string): string {
    return this.#colors.get(category) ?? '#777777';
  }

  money(minor: number): string {
    return formatMoney(minor, this.#options.event.currency);
  }

  // ── seats ──

  mark(seat: number): SeatMark {
    const { map, bookings, selection } = this.#options;
    const state = map.state(seat);
    switch (state) {
      case 'free':
        return selection.has(seat) ? 'selected' : 'free';
      case 'held':
        return map.ownHoldOf(seat) === null ? 'held' : 'ownHold';
      case 'booked':
        return bookings.has(seat) ? 'ownBooked' : 'booked';
      case 'blocked':
        return 'blocked';
    }
  }

  /** Held, booked or selected by whoever is at the page. */
  get ownSeats(): readonly number[] {
    const { map, bookings, selection } = this.#options;
    return [...bookings.seats, ...map.ownHolds.flatMap(({ seats }) => seats), ...selection.seats];
  }

  name(seat: number): string {
    return seatName(this.#seat(seat), this.#options.chart.sections.length > 1);
  }

  price(seat: number): string {
    return this.money(this.#priceMinor(seat));
  }

  total(seats: readonly number[]): string {
    return this.money(seats.reduce((sum, seat) => sum + this.#priceMinor(seat), 0));
  }

  describe({ index, accessible }: HallSeat): string {
    const kind = accessible === null ? [] : [accessibleWords[accessible]];
    return [this.name(index), ...kind, this.price(index), markWords[this.mark(index)]].join(', ');
  }

  describeIndex(seat: number): string {
    return this.describe(this.#seat(seat));
  }

  // ── standing areas ──

  areaNow(area: string): AreaNow {
    const { event, map, bookings } = this.#options;
    const { name, capacity, category } = this.#area(area);
    return {
      name,
      capacity,
      priceMinor: event.prices[category] ?? 0,
      free: map.areaOf(area)?.free ?? null,
      ownHeld: placesIn(area, map.ownHolds),
      ownBooked: placesIn(area, bookings.all),
    };
  }

  areaLines(area: string): readonly string[] {
    const now = this.areaNow(area);
    const own = now.ownHeld + now.ownBooked;
    return [now.name, ...(now.free === null ? [] : [areaCountWords(now.free)]), ...(own > 0 ? [`${own} yours`] : [])];
  }

  describeArea(area: string): string {
    const { name, priceMinor, free, capacity, ownHeld, ownBooked } = this.areaNow(area);
    const own = [
      ...(ownHeld > 0 ? [`${ownHeld} held for you`] : []),
      ...(ownBooked > 0 ? [`${ownBooked} booked by you`] : []),
    ];
    const left = free === null ? [] : [`${free.toLocaleString('en')} of ${capacity.toLocaleString('en')} free`];
    return [name, 'standing', this.money(priceMinor), ...left, ...own].join(', ');
  }

  areaPrice(area: string, quantity: number): string {
    return this.money(this.areaNow(area).priceMinor * quantity);
  }

  // ── both ──

  /** "Stalls row C seats 11 and 12", "3 places in Arena floor"; of many in several rows only a few are named. */
  nameOf(places: Places): string {
    return this.#oneName(places) ?? namesOf(inOrder(places.seats), (seat) => this.name(seat));
  }

  /** The same, but each is named. */
  nameAll(places: Places): string {
    return (
      this.#oneName(places) ??
      inOrder(places.seats)
        .map((seat) => this.name(seat))
        .join(', ')
    );
  }

  /** "2 seats", "1 place" */
  countOf({ seats, area, quantity }: Places): string {
    return area === undefined ? countOf(seats.length, 'seat') : countOf(quantity ?? 0, 'place');
  }

  totalOf({ seats, area, quantity }: Places): string {
    return area === undefined ? this.total(seats) : this.areaPrice(area, quantity ?? 0);
  }

  /** null: they have no name in common. */
  #oneName({ seats, area, quantity }: Places): string | null {
    if (area !== undefined) return this.#placesName(area, quantity ?? 0);
    const group = inOrder(seats).map((seat) => this.#seat(seat));
    return groupName(group, this.#hasSections);
  }

  get #hasSections(): boolean {
    return this.#options.chart.sections.length > 1;
  }

  #placesName(area: string, quantity: number): string {
    return `${countOf(quantity, 'place')} in ${this.#area(area).name}`;
  }

  #priceMinor(seat: number): number {
    return this.#options.event.prices[this.#seat(seat).category] ?? 0;
  }

  #seat(seat: number): HallSeat {
    return must(this.#options.hall.seats[seat], `seat ${seat} of the chart`);
  }

  #area(area: string): Chart['areas'][number] {
    return must(this.#areas.get(area), `area ${area} of the chart`);
  }
}

/** The best seats may come in another order than they stand in. */
export function inOrder(seats: readonly number[]): readonly number[] {
  return seats.toSorted((one, other) => one - other);
}

function placesIn(area: string, holdings: readonly Places[]): number {
  return holdings.reduce((sum, holding) => (holding.area === area ? sum + (holding.quantity ?? 0) : sum), 0);
}
