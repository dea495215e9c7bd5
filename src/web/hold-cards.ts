import type { OwnHold } from '../client/seat-map-model.js';
import { byId, element } from './dom.js';
import type { EventSeats } from './event-seats.js';
import { runsTask } from './task-button.js';
import { countOf, roughTime, timeLeft } from './words.js';

export interface HoldActions {
  extend(hold: OwnHold): Promise<void>;
  release(hold: OwnHold): Promise<void>;
  confirm(hold: OwnHold): Promise<void>;
  /** Little time is left. */
  warn(text: string): void;
}

const warnBeforeEndMs = 60_000;

/** The holder's own holds: their seats, the time that is left, and what can be done with them. */
export class HoldCards {
  readonly #seats: EventSeats;
  readonly #actions: HoldActions;
  readonly #section = byId('holds-section', HTMLElement);
  readonly #list = byId('own-holds', HTMLDivElement);
  readonly #cards = new Map<string, HoldCard>();

  constructor(seats: EventSeats, actions: HoldActions) {
    this.#seats = seats;
    this.#actions = actions;
    window.setInterval(() => this.#tick(), 250);
  }

  /** Cards of holds that stay are kept, so that a focused button keeps its focus. */
  show(holds: readonly OwnHold[]): void {
    const living = new Set(holds.map(({ holdId }) => holdId));
    for (const [holdId, card] of this.#cards) {
      if (living.has(holdId)) continue;
      card.root.remove();
      this.#cards.delete(holdId);
    }
    for (const hold of holds) {
      const known = this.#cards.get(hold.holdId);
      if (known !== undefined) known.show(hold);
      else this.#add(hold);
    }
    this.#section.hidden = holds.length === 0;
    this.#tick();
  }

  focus(holdId: string): void {
    this.#cards.get(holdId)?.root.focus();
  }

  #add(hold: OwnHold): void {
    const card = new HoldCard(hold, this.#seats, this.#actions);
    this.#cards.set(hold.holdId, card);
    this.#list.append(card.root);
  }

  #tick(): void {
    const nowMs = performance.now();
    for (const card of this.#cards.values()) card.tick(nowMs);
  }
}

class HoldCard {
  readonly root: HTMLElement;
  readonly #seats: EventSeats;
  readonly #actions: HoldActions;
  readonly #countdown = element('span', {
    class: 'countdown',
    testId: 'hold-countdown',
    attributes: { role: 'timer' },
  });
  readonly #names = element('ul', { class: 'seats', testId: 'hold-seats' });
  readonly #total = element('output', { testId: 'hold-total' });
  #hold: OwnHold;
  #warned = false;

  constructor(hold: OwnHold, seats: EventSeats, actions: HoldActions) {
    this.#hold = hold;
    this.#seats = seats;
    this.#actions = actions;
    this.root = element(
      'article',
      { class: 'card own', testId: 'hold-card', attributes: { tabindex: '-1', 'data-hold-id': hold.holdId } },
      element('p', { class: 'clock' }, this.#countdown, element('span', { text: 'left to confirm' })),
      this.#names,
      element('p', { class: 'total' }, element('span', { text: 'Total' }), this.#total),
      element(
        'div',
        { class: 'actions' },
        this.#button('Confirm', 'main', 'confirm-button', 'Confirming…', (held) => actions.confirm(held)),
        this.#button('More time', '', 'extend-button', 'Asking…', (held) => actions.extend(held)),
        this.#button('Release', '', 'release-button', 'Releasing…', (held) => actions.release(held)),
      ),
    );
    this.show(hold);
  }

  show(hold: OwnHold): void {
    this.#hold = hold;
    this.#warned = hold.expiresAtMs - performance.now() < warnBeforeEndMs;
    this.root.setAttribute('aria-label', `Hold of ${countOf(hold.seats.length, 'seat')}`);
    this.#names.replaceChildren(
      ...hold.seats.map((seat) =>
        element(
          'li',
          {},
          element('span', { text: this.#seats.name(seat) }),
          element('span', { class: 'price', text: this.#seats.price(seat) }),
        ),
      ),
    );
    this.#total.textContent = this.#seats.total(hold.seats);
  }

  tick(nowMs: number): void {
    const leftMs = this.#hold.expiresAtMs - nowMs;
    const text = timeLeft(leftMs);
    if (this.#countdown.textContent !== text) this.#countdown.textContent = text;
    this.root.classList.toggle('hurry', leftMs < warnBeforeEndMs);
    if (this.#warned || leftMs >= warnBeforeEndMs) return;
    this.#warned = true;
    this.#actions.warn(`${roughTime(leftMs)} left to confirm ${countOf(this.#hold.seats.length, 'held seat')}.`);
  }

  #button(
    text: string,
    look: string,
    testId: string,
    busyText: string,
    task: (hold: OwnHold) => Promise<void>,
  ): HTMLButtonElement {
    const made = element('button', { class: `button ${look}`, text, testId, attributes: { type: 'button' } });
    runsTask(made, busyText, () => task(this.#hold));
    return made;
  }
}
