import type { LiveSeatMap } from '../client/live-seat-map.js';
import { must } from '../lib/must.js';
import type { Chart, EventDetails } from './catalogue.js';
import type { Hall, HallSeat } from './hall.js';
import { formatMoney } from './money.js';
import type { OwnBookings } from './own-bookings.js';
import type { Selection } from './selection.js';
import { accessibleWords, markWords, type SeatMark, seatName } from './words.js';

/** Everything the page knows of a seat, in one place: where it is, what it costs, whose it is. */
export class EventSeats {
  readonly hall: Hall;
  readonly #event: EventDetails;
  readonly #chart: Chart;
  readonly #map: LiveSeatMap;
  readonly #selection: Selection;
  readonly #bookings: OwnBookings;
  readonly #colors: ReadonlyMap<string, string>;

  constructor(
    hall: Hall,
    event: EventDetails,
    chart: Chart,
    map: LiveSeatMap,
    selection: Selection,
    bookings: OwnBookings,
  ) {
    this.hall = hall;
    this.#event = event;
    this.#chart = chart;
    this.#map = map;
    this.#selection = selection;
    this.#bookings = bookings;
    this.#colors = new Map(chart.categories.map(({ key, color }) => [key, color]));
  }

  mark(seat: number): SeatMark {
    if (this.#map.ownHoldOf(seat) !== null) return 'ownHold';
    const state = this.#map.state(seat);
    if (state === 'booked' && this.#bookings.has(seat)) return 'ownBooked';
    return state === 'free' && this.#selection.has(seat) ? 'selected' : state;
  }

  categoryColor(category: string): string {
    return this.#colors.get(category) ?? '#777777';
  }

  name(seat: number): string {
    return seatName(this.#seat(seat), this.#chart.sections.length > 1);
  }

  price(seat: number): string {
    return this.money(this.#priceMinor(seat));
  }

  total(seats: readonly number[]): string {
    return this.money(seats.reduce((sum, seat) => sum + this.#priceMinor(seat), 0));
  }

  money(minor: number): string {
    return formatMoney(minor, this.#event.currency);
  }

  describe({ index, accessible }: HallSeat): string {
    const kind = accessible === null ? [] : [accessibleWords[accessible]];
    return [this.name(index), ...kind, this.price(index), markWords[this.mark(index)]].join(', ');
  }

  describeIndex(seat: number): string {
    return this.describe(this.#seat(seat));
  }

  #priceMinor(seat: number): number {
    return this.#event.prices[this.#seat(seat).category] ?? 0;
  }

  #seat(seat: number): HallSeat {
    return must(this.hall.seats[seat], `seat ${seat} of the chart`);
  }
}
