import type { Chart, EventDetails } from '../client/client.js';
import { byId, element } from './dom.js';
import type { EventPlaces } from './event-places.js';
import { Stepper } from './stepper.js';
import { isBusy, runsTask } from './task-button.js';
import { areaCountWords, countOf } from './words.js';

const quantityAtFirst = 2;

/** Standing: which area, how full it is, how many places, what they cost, and the button that holds them. */
export class AreaCard {
  readonly #places: EventPlaces;
  readonly #quantityMax: number;
  readonly #section = byId('areas-section', HTMLElement);
  readonly #choice = byId('area-choice', HTMLSelectElement);
  readonly #name = byId('area-name', HTMLParagraphElement);
  readonly #counts = byId('area-counts', HTMLParagraphElement);
  readonly #fullness = byId('area-fullness', HTMLMeterElement);
  readonly #total = byId('area-total', HTMLOutputElement);
  readonly #button = byId('area-button', HTMLButtonElement);
  readonly #quantity: Stepper;

  constructor(
    event: EventDetails,
    { areas }: Chart,
    places: EventPlaces,
    hold: (area: string, quantity: number) => Promise<void>,
  ) {
    this.#places = places;
    this.#quantityMax = event.limits.seatsPerHold;
    this.#quantity = new Stepper({
      label: 'Number of places',
      testId: 'area-quantity',
      min: 1,
      max: this.#quantityMax,
      value: Math.min(quantityAtFirst, this.#quantityMax),
      onChange: () => this.update(),
    });
    byId('area-quantity-place', HTMLDivElement).append(this.#quantity.root);

    this.#section.hidden = areas.length === 0;
    this.#choice.hidden = areas.length < 2;
    this.#name.hidden = areas.length > 1;
    this.#choice.append(
      ...areas.map(({ area, name }) => element('option', { text: name, attributes: { value: area } })),
    );
    this.#choice.addEventListener('change', () => this.update());
    runsTask(
      this.#button,
      'Holding…',
      () => hold(this.#choice.value, this.#quantity.value),
      () => this.#buttonText,
    );
    this.update();
  }

  /** Shows this area, and goes there. */
  choose(area: string): void {
    this.#choice.value = area;
    this.update();
    this.#quantity.focus();
    this.#section.scrollIntoView({ block: 'center' });
  }

  /** Brings counts and price up to date. */
  update(): void {
    const area = this.#choice.value;
    if (area === '') return;
    const { name, priceMinor, capacity, free } = this.#places.areaNow(area);
    this.#name.textContent = name;
    const left = free === null ? 'loading…' : `${areaCountWords(free)} of ${capacity.toLocaleString('en')}`;
    this.#counts.textContent = `${this.#places.money(priceMinor)} each · ${left}`;
    this.#fullness.max = capacity;
    this.#fullness.value = capacity - (free ?? capacity);
    this.#quantity.bound(1, Math.min(this.#quantityMax, free ?? this.#quantityMax));
    this.#total.textContent = this.#places.areaPrice(area, this.#quantity.value);
    this.#button.disabled = free === 0 || free === null;
    if (!isBusy(this.#button)) this.#button.textContent = this.#buttonText;
  }

  get #buttonText(): string {
    return `Hold ${countOf(this.#quantity.value, 'place')}`;
  }
}
