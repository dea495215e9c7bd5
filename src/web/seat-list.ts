import type { ChartSection } from './catalogue.js';
import { button, byId, element } from './dom.js';
import type { EventSeats } from './event-seats.js';

/** All seats as buttons, by section and row: for screen readers, and for whoever likes lists better than maps. */
export class SeatList {
  readonly #seats: EventSeats;
  readonly #onPick: (seat: number) => void;
  /** Those that were made: a section's buttons are made when it is first opened. */
  readonly #buttons = new Map<number, HTMLButtonElement>();

  constructor(sections: readonly ChartSection[], seats: EventSeats, onPick: (seat: number) => void) {
    this.#seats = seats;
    this.#onPick = onPick;
    byId('seat-list-sections', HTMLDivElement).append(...sections.map((section) => this.#section(section)));
  }

  /** Brings the buttons of these seats up to date. */
  update(seats: Iterable<number>): void {
    for (const seat of seats) {
      const made = this.#buttons.get(seat);
      if (made !== undefined) this.#dress(made, seat);
    }
  }

  updateAll(): void {
    this.update(this.#buttons.keys());
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
      const made = button(seat.label, { class: 'seat', testId: `seat-${seat.index}` }, () => this.#onPick(seat.index));
      this.#buttons.set(seat.index, made);
      this.#dress(made, seat.index);
      return made;
    });
    return element(
      'div',
      { class: 'row', attributes: { role: 'group', 'aria-label': `Row ${row.label}` } },
      label,
      element('div', { class: 'row-seats' }, ...buttons),
    );
  }

  /** A seat that cannot be selected can still be asked about, so it is not taken out of reach. */
  #dress(made: HTMLButtonElement, seat: number): void {
    const mark = this.#seats.mark(seat);
    made.dataset['mark'] = mark;
    made.setAttribute('aria-label', this.#seats.describeIndex(seat));
    made.setAttribute('aria-pressed', String(mark === 'selected'));
    made.setAttribute('aria-disabled', String(mark !== 'free' && mark !== 'selected'));
  }
}
