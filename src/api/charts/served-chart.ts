import type { ChartRow as StoredChart } from '../../store/catalogue.js';
import type { Chart, CheckedChart } from './chart.js';

const firstVersion = 1;
/** Some tens of KB of JSON: well below a millisecond of writing. */
const seatsPerPiece = 500;

/** A new chart as it is stored: as it is served, in one text. */
export function storedChart(chartId: string, { chart, seatCount }: CheckedChart): StoredChart {
  return storedWith(chartId, chart, seatCount, [...servedPieces(chart, firstVersion)]);
}

/** The same, taking breath after some pieces of the text: a large chart holds nobody up. */
export async function storedChartInPieces(
  chartId: string,
  { chart, seatCount }: CheckedChart,
  breathe: () => Promise<void>,
): Promise<StoredChart> {
  const pieces: string[] = [];
  let length = 0;
  for (const piece of servedPieces(chart, firstVersion)) {
    pieces.push(piece);
    length += piece.length;
    if (length < breathAfterLength) continue;
    length = 0;
    await breathe();
  }
  return storedWith(chartId, chart, seatCount, pieces);
}

/** Characters: a millisecond or two of writing. */
const breathAfterLength = 256 * 1024;

function storedWith(
  chartId: string,
  { name, areas }: Chart,
  seatCount: number,
  pieces: readonly string[],
): StoredChart {
  return { chartId, chartVersion: firstVersion, name, seatCount, areaCount: areas.length, body: pieces.join('') };
}

/** The chart as JSON in pieces, with its version, and with each seat's index, counted in document order. */
export function* servedPieces({ sections, ...head }: Chart, chartVersion: number): Iterable<string> {
  yield withList({ chartVersion, ...head }, 'sections');
  let index = 0;
  for (const [s, { rows, ...section }] of sections.entries()) {
    yield separator(s) + withList(section, 'rows');
    for (const [r, { seats, ...row }] of rows.entries()) {
      yield separator(r) + withList(row, 'seats');
      for (let at = 0; at < seats.length; at += seatsPerPiece) {
        const some = seats.slice(at, at + seatsPerPiece).map((seat) => Object.assign({ index: index++ }, seat));
        yield separator(at) + JSON.stringify(some).slice(1, -1);
      }
      yield ']}';
    }
    yield ']}';
  }
  yield ']}';
}

/** An object as JSON, open, with a list at its end that has begun. Objects here have at least one key. */
function withList(head: object, list: string): string {
  return `${JSON.stringify(head).slice(0, -1)},"${list}":[`;
}

function separator(at: number): string {
  return at === 0 ? '' : ',';
}
