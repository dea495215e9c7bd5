import type { BestWish, Chart, EventDetails } from '../client/client.js';
import { byId, element } from './dom.js';
import { formatMoney } from './money.js';
import { Stepper } from './stepper.js';
import { isBusy, runsTask } from './task-button.js';
import { countOf } from './words.js';

const quantityAtFirst = 2;

/** One click for the best seats there are: how many, at which price, where, side by side or not, with wheelchair places. */
export function showBestForm(event: EventDetails, chart: Chart, hold: (wish: BestWish) => Promise<void>): void {
  const seats = chart.sections.flatMap(({ rows }) => rows.flatMap((row) => row.seats));
  const section = byId('best-section', HTMLElement);
  section.hidden = seats.length === 0;
  if (seats.length === 0) return;

  const category = byId('best-category', HTMLSelectElement);
  const place = byId('best-place', HTMLSelectElement);
  const together = byId('best-together', HTMLInputElement);
  const button = byId('best-button', HTMLButtonElement);

  const used = new Set(seats.map((seat) => seat.category));
  for (const { key, name } of chart.categories) {
    if (!used.has(key)) continue;
    const text = `${name}, ${formatMoney(event.prices[key] ?? 0, event.currency)}`;
    category.append(element('option', { text, attributes: { value: key } }));
  }
  for (const { key, name } of chart.sections) {
    place.append(element('option', { text: name, attributes: { value: key } }));
  }

  const quantityMax = event.limits.seatsPerHold;
  const wheelchairs = new Stepper({
    label: 'Wheelchair places',
    testId: 'best-wheelchairs',
    min: 0,
    max: Math.min(quantityAtFirst, quantityMax),
    value: 0,
  });
  const quantity = new Stepper({
    label: 'Number of seats',
    testId: 'best-quantity',
    min: 1,
    max: quantityMax,
    value: Math.min(quantityAtFirst, quantityMax),
    onChange: (value) => {
      wheelchairs.bound(0, value);
      if (!isBusy(button)) button.textContent = holdText(value);
    },
  });
  byId('best-quantity-place', HTMLDivElement).append(quantity.root);
  byId('best-wheelchairs-place', HTMLDivElement).append(wheelchairs.root);
  byId('best-wheelchairs-line', HTMLDivElement).hidden = !seats.some(({ accessible }) => accessible === 'wheelchair');

  button.textContent = holdText(quantity.value);
  const wish = (): BestWish => ({
    quantity: quantity.value,
    together: together.checked,
    ...(category.value === '' ? {} : { categories: [category.value] }),
    ...(place.value === '' ? {} : { sections: [place.value] }),
    ...(wheelchairs.value === 0 ? {} : { accessible: wheelchairs.value }),
  });
  runsTask(
    button,
    'Looking…',
    () => hold(wish()),
    () => holdText(quantity.value),
  );
}

function holdText(quantity: number): string {
  return quantity === 1 ? 'Hold the best seat' : `Hold the best ${countOf(quantity, 'seat')}`;
}
