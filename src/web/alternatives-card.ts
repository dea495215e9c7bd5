import { button, byId, element } from './dom.js';
import type { EventPlaces } from './event-places.js';
import { runsTask } from './task-button.js';

/** Other seats that the server offers in place of those that somebody was too late for: one click holds them. */
export class AlternativesCard {
  readonly #places: EventPlaces;
  readonly #take: (seats: readonly number[]) => Promise<void>;
  readonly #card = byId('alternatives', HTMLElement);
  readonly #list = byId('alternatives-list', HTMLUListElement);
  #offered: readonly (readonly number[])[] = [];

  constructor(places: EventPlaces, take: (seats: readonly number[]) => Promise<void>) {
    this.#places = places;
    this.#take = take;
  }

  /** None: takes back what was offered. */
  offer(alternatives: readonly (readonly number[])[]): void {
    this.#offered = alternatives;
    this.#list.replaceChildren(...alternatives.map((seats) => element('li', {}, this.#button(seats))));
    this.#card.hidden = alternatives.length === 0;
  }

  /** What is not free any more is not offered any more. */
  update(changed: readonly number[]): void {
    if (this.#offered.length === 0) return;
    const gone = new Set(
      changed.filter((seat) => this.#places.mark(seat) !== 'free' && this.#places.mark(seat) !== 'selected'),
    );
    const left = this.#offered.filter((seats) => !seats.some((seat) => gone.has(seat)));
    if (left.length < this.#offered.length) this.offer(left);
  }

  #button(seats: readonly number[]): HTMLButtonElement {
    const made = button('', { class: 'button wide', testId: 'alternative' }, () => {});
    made.append(
      element('span', { text: this.#places.nameOf({ seats }) }),
      element('span', { class: 'price', text: this.#places.total(seats) }),
    );
    runsTask(made, 'Holding…', () => this.#take(seats));
    return made;
  }
}
