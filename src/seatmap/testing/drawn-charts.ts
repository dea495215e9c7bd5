import type { BestSeatsWish } from '../command.js';
import type { Chart, ChartSeat } from './small-charts.js';

/**
 * A hall as text, a row a line, its stage above the middle of the first row: `g` and `s` are free gold and silver seats, `w` a
 * wheelchair place and `c` a companion seat (both gold), `-` a seat that is taken (gold), `|` an aisle as wide as a seat.
 */
export function rowsOf(...lines: string[]): Chart {
  const seats: ChartSeat[] = [];
  let row = 0;
  for (const [line, text] of lines.entries()) {
    for (const [place, letter] of text.split('').entries()) {
      if (letter === '|') row += 1;
      else seats.push(seatOf(letter, row, place * 100, line * 100));
    }
    row += 1;
  }
  const width = Math.max(...seats.map(({ x }) => x));
  return {
    focus: [width / 2, -100],
    categories: ['gold', 'silver'],
    sections: ['hall'],
    seats,
    hasLayout: true,
  };
}

function seatOf(letter: string, row: number, x: number, y: number): ChartSeat {
  return {
    row,
    section: 0,
    category: letter === 's' ? 1 : 0,
    x,
    y,
    access: letter === 'w' ? 'wheelchair' : letter === 'c' ? 'companion' : 'ordinary',
    state: letter === '-' ? 'blocked' : 'free',
  };
}

/** So many seats side by side, wherever. */
export function wishOf(quantity: number, more: Partial<BestSeatsWish> = {}): BestSeatsWish {
  return { quantity, categories: null, sections: null, together: true, accessible: 0, near: null, ...more };
}
