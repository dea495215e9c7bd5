import * as fc from 'fast-check';
import type { BestSeatsWish } from '../command.js';
import type { EventConfiguration } from '../configuration.js';
import { encodePositions } from '../positions.js';
import type { SeatMap } from '../seat-map.js';
import { Hall, roomyConfigurationOf } from './hall.js';

/** A hall as somebody would draw it who has never heard of columns. Seats are in index order, row by row. */
export interface Chart {
  readonly focus: readonly [number, number];
  readonly categories: readonly string[];
  readonly sections: readonly string[];
  readonly seats: readonly ChartSeat[];
  /** Whether an event of it knows more than the order of the seats. */
  readonly hasLayout: boolean;
}

export interface ChartSeat {
  readonly row: number;
  readonly section: number;
  readonly category: number;
  readonly x: number;
  readonly y: number;
  readonly access: 'ordinary' | 'wheelchair' | 'companion';
  readonly state: 'free' | 'held' | 'blocked';
}

const categories = ['gold', 'silver', 'tin'];
const sections = ['left', 'right'];

export interface ChartShape {
  readonly rowsMin?: number;
  readonly rowsMax: number;
  readonly seatsPerRowMax: number;
}

/** Rows of odd lengths, straight or bent, aisles, sections whose border may cut a row, and all kinds of seats. */
export function chartArbitrary({ rowsMin = 1, rowsMax, seatsPerRowMax }: ChartShape): fc.Arbitrary<Chart> {
  const seatArbitrary = fc.record({
    category: fc.constantFrom(0, 0, 0, 1, 2),
    access: fc.constantFrom('ordinary', 'ordinary', 'ordinary', 'ordinary', 'wheelchair', 'companion'),
    state: fc.constantFrom('free', 'free', 'free', 'held', 'blocked'),
    /** Often none: neighbours that stand alike make ties. */
    shiftX: fc.constantFrom(0, 0, 0, 0, 7, -9),
  });
  const rowArbitrary = fc.record({
    seats: fc.array(seatArbitrary, { minLength: 1, maxLength: seatsPerRowMax }),
    x: fc.constantFrom(0, 0, 100, -250, 33),
    y: fc.constantFrom(0, 100, 120),
    bend: fc.constantFrom(0, 0, 2),
    ofOneCategory: fc.boolean(),
  });
  return fc
    .record({
      rows: fc.array(rowArbitrary, { minLength: rowsMin, maxLength: rowsMax }),
      borderAt: fc.nat(rowsMax * seatsPerRowMax),
      focus: fc.tuple(fc.integer({ min: -300, max: 600 }), fc.integer({ min: -200, max: 900 })),
      hasLayout: fc.constantFrom(true, true, true, true, true, false),
    })
    .map(({ rows, borderAt, focus, hasLayout }) => {
      const seats: ChartSeat[] = [];
      let y = 0;
      for (const [row, { seats: seatsOfRow, x, y: distance, bend, ofOneCategory }] of rows.entries()) {
        y += distance;
        for (const [place, seat] of seatsOfRow.entries()) {
          seats.push({
            row: hasLayout ? row : 0,
            section: hasLayout && seats.length >= borderAt ? 1 : 0,
            category: ofOneCategory ? row % 2 : seat.category,
            x: hasLayout ? x + place * 100 + seat.shiftX : seats.length * 10,
            y: hasLayout ? y + bend * place * place : 0,
            access: hasLayout ? seat.access : 'ordinary',
            state: seat.state,
          });
        }
      }
      return hasLayout
        ? { focus, categories, sections, seats, hasLayout }
        : { focus: [0, 0], categories, sections: [''], seats, hasLayout };
    });
}

export function wishArbitrary(chart: Chart, quantityMax: number): fc.Arbitrary<BestSeatsWish> {
  const keys = (known: readonly string[]): fc.Arbitrary<string[] | null> =>
    fc.option(fc.array(fc.constantFrom(...known, 'unheard of'), { maxLength: 3 }), { freq: 1 });
  return fc.integer({ min: 1, max: quantityMax }).chain((quantity) =>
    fc.record({
      quantity: fc.constant(quantity),
      categories: keys(chart.categories),
      sections: keys(chart.sections),
      together: fc.boolean(),
      accessible: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(quantity) }),
      near: fc.option(fc.nat(chart.seats.length - 1), { freq: 1 }),
    }),
  );
}

export function configurationOfChart(chart: Chart): EventConfiguration {
  const { seats, focus, hasLayout } = chart;
  const lengths = new Map<number, number>();
  for (const { row } of seats) lengths.set(row, (lengths.get(row) ?? 0) + 1);
  const accessOf = { ordinary: 0, wheelchair: 1, companion: 2 };
  return {
    ...roomyConfigurationOf(seats.length),
    categories: chart.categories,
    pricesMinor: chart.categories.map(() => 1_000),
    seatCategories: seats.map(({ category }) => [category, 1] as const),
    layout: hasLayout
      ? {
          focus,
          sections: chart.sections,
          seatSections: seats.map(({ section }) => [section, 1] as const),
          blocks: [...lengths.values()],
          seatAccess: seats.map(({ access }) => [accessOf[access], 1] as const),
          positions: encodePositions(seats.flatMap(({ x, y }) => [x, y])),
        }
      : null,
  };
}

export function mapOfChart(chart: Chart): SeatMap {
  const hall = new Hall(configurationOfChart(chart));
  const blocked = seatsInState(chart, 'blocked');
  if (blocked.length > 0) hall.block(...blocked);
  for (const seat of seatsInState(chart, 'held')) hall.hold('ann', seat);
  return hall.map;
}

function seatsInState(chart: Chart, state: ChartSeat['state']): number[] {
  return [...chart.seats.keys()].filter((seat) => chart.seats[seat]?.state === state);
}
