import type { AreaShape } from '../src/api/charts/area-shape.js';
import { blocksOf } from '../src/api/charts/blocks.js';
import type { ChartArea, ChartRow, ChartSeat, ChartSection } from '../src/api/charts/chart.js';
import type { DrawingItem } from '../src/api/charts/drawing.js';
import type { Venue } from '../src/api/demo/venue.js';
import { must } from '../src/lib/must.js';
import { boxOf, outline, roomiest } from './picture-shapes.js';

export interface VenuePicture {
  readonly svg: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

const paper = '#ffffff';
const ink = '#1f2933';
const quiet = '#5b6673';
const stage = '#d5dae0';
const step = '#edf0f3';
/** The usual distance from a seat to the next, in the charts' units. */
const pitch = 10;
/** From so many pixels on there is room for a letter between two seats. */
const rowLabelPitchMin = 12;
const legendLine = 34;

/** A picture of a house as SVG, for people who want to see it before they sell it. Lengths are the chart's, `unit` is a pixel. */
export function venuePicture(venue: Venue, width: number): VenuePicture {
  const { size } = venue;
  const unit = size.width / width;
  const [legend, legendHeight] = legendOf(venue, unit);
  const height = Math.round((size.height + legendHeight) / unit);
  const content = [
    ...venue.drawing.filter(({ shape }) => shape !== 'text').map((item) => drawn(item, unit)),
    ...venue.areas.map((area) => standingArea(area, colorOf(venue, area.category), unit)),
    ...venue.drawing.filter(({ shape }) => shape === 'text').map((item) => drawn(item, unit)),
    ...venue.sections.map(stepsOf),
    ...venue.categories.map(({ key, color }) => dots(ordinarySeats(venue, key), color, pitch * 0.78)),
    wheelchairPlaces(venue),
    ...venue.sections.flatMap(pitch / unit >= rowLabelPitchMin ? rowLabels : (section) => blockNumber(section, unit)),
    legend,
  ];
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height * unit}" width="${width}" height="${height}" ` +
    `font-family="DejaVu Sans, Helvetica, Arial, sans-serif" font-weight="600" style="display:block;background:${paper}">` +
    `${content.join('\n')}</svg>`;
  return { svg, width, height };
}

function colorOf({ categories }: Venue, category: string): string {
  return must(
    categories.find(({ key }) => key === category),
    'the category of an area',
  ).color;
}

function seatsOf({ sections }: Venue): ChartSeat[] {
  return sections.flatMap(({ rows }) => rows.flatMap((row) => row.seats));
}

function ordinarySeats(venue: Venue, category: string): ChartSeat[] {
  return seatsOf(venue).filter((seat) => seat.category === category && seat.accessible === undefined);
}

/** Many dots as one path: lines of no length. */
function dots(seats: readonly ChartSeat[], color: string, diameter: number, cap = 'round'): string {
  const path = seats.map(({ x, y }) => `M${x} ${y}h0`).join('');
  return `<path d="${path}" stroke="${color}" stroke-width="${diameter}" stroke-linecap="${cap}"/>`;
}

/** Wheelchair places are squares, companions' are rings. */
function wheelchairPlaces(venue: Venue): string {
  const of = (kind: string) => seatsOf(venue).filter(({ accessible }) => accessible === kind);
  return (
    dots(of('wheelchair'), ink, pitch * 1.05, 'square') +
    dots(of('companion'), ink, pitch * 0.9) +
    dots(of('companion'), paper, pitch * 0.5)
  );
}

/** What rows stand on shows where the aisles are. */
function stepsOf({ rows }: ChartSection): string {
  const lines = rows.flatMap(partsOf).map((part) => `M${part.map(({ x, y }) => `${x} ${y}`).join('L')}h0`);
  return (
    `<path d="${lines.join('')}" fill="none" stroke="${step}" stroke-width="${pitch * 1.5}" ` +
    `stroke-linecap="square" stroke-linejoin="round"/>`
  );
}

/** Parts of a row between two aisles. */
function partsOf({ seats }: ChartRow): ChartSeat[][] {
  let from = 0;
  return blocksOf(seats).map((length) => {
    from += length;
    return seats.slice(from - length, from);
  });
}

/** At both ends of each row, one seat further. */
function rowLabels({ rows }: ChartSection): string[] {
  return rows.flatMap(({ label, seats }) =>
    [seats.slice(0, 2), seats.slice(-2).toReversed()].map(([end, next]) => {
      const [{ x, y }, inner] = [must(end, 'the seat at the end'), must(next, 'the one beside it')];
      const outwards = pitch / Math.hypot(x - inner.x, y - inner.y);
      return words(label, x + (x - inner.x) * outwards, y + (y - inner.y) * outwards, pitch * 0.72, quiet);
    }),
  );
}

/** Behind the stairs that come out between seats. */
const blockNumberDepth = 0.68;

/** The number or letter of a block, over its seats. Sections without one are told by the words of the drawing. */
function blockNumber({ name, rows }: ChartSection, unit: number): string {
  const number = / (\d+|[A-Z])$/.exec(name)?.[1];
  if (number === undefined) return '';
  const { seats } = must(rows[Math.floor(rows.length * blockNumberDepth)], 'a row');
  const [first, last] = [must(seats[0], 'the first seat'), must(seats.at(-1), 'the last seat')];
  const [x, y, size] = [(first.x + last.x) / 2, (first.y + last.y) / 2, 13 * unit];
  const [width, height] = [size * 0.72 * (number.length + 0.8), size * 1.45];
  return (
    `<rect x="${x - width / 2}" y="${y - height / 2}" width="${width}" height="${height}" rx="${size * 0.4}" ` +
    `fill="${paper}" fill-opacity="0.88"/>${words(number, x, y, size, ink)}`
  );
}

function standingArea({ shape, name, capacity }: ChartArea, color: string, unit: number): string {
  const { x, y, room } = roomiest(shape);
  const places = `${capacity.toLocaleString('en')} places`;
  const label =
    room / unit > 40
      ? words(name, x, y - 11 * unit, 18 * unit, ink) + words(places, x, y + 11 * unit, 15 * unit, ink)
      : words(`${name}: ${places}`, x, y, 15 * unit, ink);
  return outline(shape, `fill="${color}" fill-opacity="0.2" stroke="${color}" stroke-width="${2 * unit}"`) + label;
}

function drawn(item: DrawingItem, unit: number): string {
  if (item.shape === 'text') {
    const text = words(item.text, item.x, item.y, item.size ?? 20, item.color ?? quiet);
    return `<g transform="rotate(${item.rotation ?? 0} ${item.x} ${item.y})">${text}</g>`;
  }
  const shape = shapeOf(item);
  const { x, y, width, height } = boxOf(shape);
  const { text = '', color = stage, borderColor = 'none' } = item;
  const size = Math.min(height * 0.4, (width * 0.9) / Math.max(4, text.length), 30 * unit);
  return outline(shape, `fill="${color}" stroke="${borderColor}" stroke-width="4"`) + words(text, x, y, size, quiet);
}

function shapeOf(item: Exclude<DrawingItem, { readonly shape: 'text' }>): AreaShape {
  switch (item.shape) {
    case 'rectangle':
      return { ...item, type: 'rectangle' };
    case 'ellipse':
      return { ...item, type: 'ellipse' };
    case 'polygon':
      return { ...item, type: 'polygon' };
  }
}

/** Below the house, in as many lines as it takes. Says how high it is, too. */
function legendOf(venue: Venue, unit: number): [svg: string, height: number] {
  const seats = seatsOf(venue);
  const wheelchairs = seats.filter(({ accessible }) => accessible === 'wheelchair').length;
  const dot = (attributes: string) => `<circle r="${7 * unit}" ${attributes}/>`;
  const entries = [
    { mark: '', text: `${venue.name}: ${seats.length.toLocaleString('en')} seats` },
    ...venue.categories.map(({ key, name, color }) => ({
      mark: dot(`fill="${color}"`),
      text: `${name} ${placesOf(venue, key).toLocaleString('en')}`,
    })),
    {
      mark: `<path d="M0 0h0" stroke="${ink}" stroke-width="${14 * unit}" stroke-linecap="square"/>`,
      text: `Wheelchair ${wheelchairs}`,
    },
    { mark: dot(`fill="none" stroke="${ink}" stroke-width="${3.5 * unit}"`), text: 'Companion' },
  ];
  const left = 24 * unit;
  let [x, y] = [left, venue.size.height + 16 * unit];
  const parts = entries.map(({ mark, text }) => {
    const width = (text.length * 9.6 + 48) * unit;
    if (x + width > venue.size.width) [x, y] = [left, y + legendLine * unit];
    const at = x;
    x += width;
    return `<g transform="translate(${at + 8 * unit} ${y})">${mark}</g>${words(text, at + (mark === '' ? 0 : 24 * unit), y, 15 * unit, ink, 'start')}`;
  });
  return [parts.join('\n'), y + legendLine * unit - venue.size.height];
}

function placesOf(venue: Venue, category: string): number {
  const standing = venue.areas.filter((area) => area.category === category);
  return (
    seatsOf(venue).filter((seat) => seat.category === category).length +
    standing.reduce((sum, { capacity }) => sum + capacity, 0)
  );
}

function words(text: string, x: number, y: number, size: number, color: string, anchor = 'middle'): string {
  return (
    `<text x="${x}" y="${y}" font-size="${size}" fill="${color}" text-anchor="${anchor}" ` +
    `dominant-baseline="central">${text}</text>`
  );
}
