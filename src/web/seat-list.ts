import type { Chart, ChartSection } from '../client/client.js';
import { button, byId, element } from './dom.js';
import type { EventPlaces } from './event-places.js';

export interface SeatListEvents {
  seatPicked(seat: number): void;
  areaPicked(area: string): void;
}

/**
 * All areas and seats as buttons, seats by section and row: for screen readers, and for whoever likes lists better than
 * maps.
 */
export class SeatList {
  readonly #places: EventPlaces;
  readonly #events: SeatListEvents;
  /** Those that were made: a section's buttons are made when it is first opened. */
  readonly #seats = new Map<number, HTMLButtonElement>();
  readonly #areas = new Map<string, HTMLButtonElement>();

  constructor({ areas, sections }: Chart, places: EventPlaces, events: SeatListEvents) {
    this.#places = places;
    this.#events = events;
    for (const { area } of areas) {
      const made = button('', { class: 'button wide', testId: `area-${area}` }, () => events.areaPicked(area));
      this.#areas.set(area, made);
    }
    this.updateAreas();
    byId('seat-list-sections', HTMLDivElement).append(
      ...this.#areas.values(),
      ...sections.map((section) => this.#section(section)),
    );
  }

  /** Brings the buttons of these seats up to date. */
  update(seats: Iterable<number>): void {
    if (this.#seats.size === 0) return;
    for (const seat of seats) {
      const made = this.#seats.get(seat);
      if (made !== undefined) this.#dress(made, seat);
    }
  }

  updateAreas(): void {
    for (const [area, made] of this.#areas) {
      const text = this.#places.describeArea(area);
      if (made.textContent !== text) made.textContent = text;
    }
  }

  #section(section: ChartSection): HTMLDetailsElement {
    const rows = element('div', { class: 'rows' });
    const details = element(
      'details',
      { testId: `section-${section.key}` },
      element('summary', { text: section.name }),
      rows,
    );
    details.addEventListener('toggle', () => {
      if (details.open && rows.childElementCount === 0) rows.append(...section.rows.map((row) => this.#row(row)));
    });
    return details;
  }

  #row(row: ChartSection['rows'][number]): HTMLDivElement {
    const label = element('span', { class: 'row-label', text: row.label, attributes: { 'aria-hidden': 'true' } });
    const buttons = row.seats.map((seat) => {
      const made = button(seat.label, { class: 'seat', testId: `seat-${seat.index}` }, () =>
        this.#events.seatPicked(seat.index),
      );
      this.#seats.set(seat.index, made);
      this.#dress(made, seat.index);
      return made;
    });
    return element(
      'div',
      { class: 'row', attributes: { role: 'group', 'aria-label': row.label === '' ? 'Row' : `Row ${row.label}` } },
      label,
      element('div', { class: 'row-seats' }, ...buttons),
    );
  }

  /** A seat that cannot be selected can still be asked about, so it is not taken out of reach. */
  #dress(made: HTMLButtonElement, seat: number): void {
    const mark = this.#places.mark(seat);
    made.dataset['mark'] = mark;
    made.setAttribute('aria-label', this.#places.describeIndex(seat));
    made.setAttribute('aria-pressed', String(mark === 'selected'));
    made.setAttribute('aria-disabled', String(mark !== 'free' && mark !== 'selected'));
  }
}
