import type { OwnHold } from '../client/client.js';
import { button, byId, element } from './dom.js';
import { type EventPlaces, inOrder } from './event-places.js';
import { Stepper } from './stepper.js';
import { isBusy, runsTask } from './task-button.js';
import { countOf, roughTime, timeLeft } from './words.js';

export interface HoldActions {
  extend(hold: OwnHold): Promise<void>;
  /** Some seats or places; without `what` all of them. */
  release(hold: OwnHold, what?: readonly number[] | { readonly quantity: number }): Promise<void>;
  confirm(hold: OwnHold): Promise<void>;
  /** Little time is left. */
  warn(text: string): void;
}

const warnBeforeEndMs = 60_000;

/** The holder's own holds: what they are of, the time that is left, and what can be done with them. */
export class HoldCards {
  readonly #places: EventPlaces;
  readonly #actions: HoldActions;
  readonly #section = byId('holds-section', HTMLElement);
  readonly #list = byId('own-holds', HTMLDivElement);
  readonly #cards = new Map<string, HoldCard>();

  constructor(places: EventPlaces, actions: HoldActions) {
    this.#places = places;
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
    const card = new HoldCard(hold, this.#places, this.#actions);
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
  readonly #places: EventPlaces;
  readonly #actions: HoldActions;
  readonly #countdown = element('span', {
    class: 'countdown',
    testId: 'hold-countdown',
    attributes: { role: 'timer' },
  });
  readonly #names = element('ul', { class: 'seats', testId: 'hold-seats' });
  readonly #total = element('output', { testId: 'hold-total' });
  readonly #giveBack = element('div', { class: 'give-back' });
  readonly #giveBackButton = element('button', {
    class: 'button',
    testId: 'give-back-button',
    attributes: { type: 'button' },
  });
  readonly #giveBackQuantity: Stepper;
  #hold: OwnHold;
  #warned = false;

  constructor(hold: OwnHold, places: EventPlaces, actions: HoldActions) {
    this.#hold = hold;
    this.#places = places;
    this.#actions = actions;
    this.#giveBackQuantity = new Stepper({
      label: 'Places to give back',
      testId: 'give-back-quantity',
      min: 1,
      max: 1,
      value: 1,
      onChange: () => this.#showGiveBack(),
    });
    runsTask(
      this.#giveBackButton,
      'Releasing…',
      () => actions.release(this.#hold, { quantity: this.#giveBackQuantity.value }),
      () => this.#giveBackText,
    );
    this.#giveBack.append(this.#giveBackQuantity.root, this.#giveBackButton);
    this.root = element(
      'article',
      { class: 'card own', testId: 'hold-card', attributes: { tabindex: '-1', 'data-hold-id': hold.holdId } },
      element('p', { class: 'clock' }, this.#countdown, element('span', { text: 'left to confirm' })),
      this.#names,
      this.#giveBack,
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
    this.root.setAttribute('aria-label', `Hold of ${this.#places.countOf(hold)}`);
    this.#names.replaceChildren(...(hold.area === undefined ? this.#seatItems(hold) : [this.#areaItem(hold)]));
    this.#total.textContent = this.#places.totalOf(hold);
    this.#giveBack.hidden = (hold.quantity ?? 0) < 2;
    this.#giveBackQuantity.bound(1, (hold.quantity ?? 0) - 1);
    this.#showGiveBack();
  }

  tick(nowMs: number): void {
    const leftMs = this.#hold.expiresAtMs - nowMs;
    const text = timeLeft(leftMs);
    if (this.#countdown.textContent !== text) this.#countdown.textContent = text;
    this.root.classList.toggle('hurry', leftMs < warnBeforeEndMs);
    if (this.#warned || leftMs >= warnBeforeEndMs) return;
    this.#warned = true;
    this.#actions.warn(`${roughTime(leftMs)} left to confirm ${this.#places.countOf(this.#hold)}.`);
  }

  #areaItem(hold: OwnHold): HTMLLIElement {
    return element(
      'li',
      {},
      element('span', { text: this.#places.nameOf(hold) }),
      element('span', { class: 'price', text: this.#places.totalOf(hold) }),
    );
  }

  #seatItems(hold: OwnHold): HTMLLIElement[] {
    return inOrder(hold.seats).map((seat) => {
      const name = this.#places.name(seat);
      const item = element(
        'li',
        {},
        element('span', { text: name }),
        element('span', { class: 'price', text: this.#places.price(seat) }),
      );
      if (hold.seats.length > 1) {
        const giveBack = button('×', { class: 'button square', testId: `give-back-${seat}` }, () => {});
        giveBack.setAttribute('aria-label', `Release ${name}`);
        runsTask(giveBack, '…', () => this.#actions.release(this.#hold, [seat]));
        item.append(giveBack);
      }
      return item;
    });
  }

  #showGiveBack(): void {
    if (!isBusy(this.#giveBackButton)) this.#giveBackButton.textContent = this.#giveBackText;
  }

  get #giveBackText(): string {
    return `Give back ${countOf(this.#giveBackQuantity.value, 'place')}`;
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
