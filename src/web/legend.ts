import type { Chart, EventDetails } from '../client/client.js';
import { byId, element } from './dom.js';
import { readPalette } from './palette.js';
import { drawFree, drawMarks } from './seat-marks.js';
import { formatMoney } from './money.js';
import type { SeatMark } from './words.js';

const sampleSize = 22;
const sampleRadius = 7.5;

const shown: readonly (readonly [Exclude<SeatMark, 'free'>, string])[] = [
  ['selected', 'Selected'],
  ['ownHold', 'Held for you'],
  ['ownBooked', 'Booked by you'],
  ['held', 'Held'],
  ['booked', 'Booked'],
  ['blocked', 'Not for sale'],
];

/** What the colours cost and what the marks mean, drawn by the same brush as the map. */
export function showLegend(event: EventDetails, chart: Chart): void {
  const categories = chart.categories.filter(({ key }) => event.prices[key] !== undefined);
  const prices = byId('categories', HTMLUListElement);
  const states = byId('states', HTMLUListElement);
  const paint = () => {
    const palette = readPalette();
    prices.replaceChildren(
      ...categories.map(({ key, name, color }) =>
        entry(`${name} ${formatMoney(event.prices[key] ?? 0, event.currency)}`, (context) =>
          drawFree(context, [middle], sampleRadius, color),
        ),
      ),
    );
    states.replaceChildren(
      ...shown.map(([mark, text]) =>
        entry(text, (context) => drawMarks[mark](context, [middle], sampleRadius, palette)),
      ),
    );
  };
  paint();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', paint);
}

const middle = { x: sampleSize / 2, y: sampleSize / 2 };

function entry(text: string, draw: (context: CanvasRenderingContext2D) => void): HTMLLIElement {
  const sample = element('canvas', { attributes: { 'aria-hidden': 'true' } });
  const density = window.devicePixelRatio;
  sample.width = Math.round(sampleSize * density);
  sample.height = Math.round(sampleSize * density);
  sample.style.width = `${sampleSize}px`;
  sample.style.height = `${sampleSize}px`;
  const context = sample.getContext('2d');
  if (context !== null) {
    context.scale(density, density);
    draw(context);
  }
  return element('li', {}, sample, element('span', { text }));
}
