import type { Chart, ChartSeat } from './chart.js';

/**
 * A concert hall of 1,744 seats: 24 rows of stalls and 8 of balcony, bent around the stage, each in three blocks.
 *
 *                    ▄▄▄ stage ▄▄▄
 *        left   A   ╱ centre ╲   right      stalls   24 rows, 1,116 seats
 *              …  ╱     …      ╲
 *              X                            the last row has the wheelchair places
 *        left   A … H   centre   right      balcony   8 rows,   628 seats
 */
export function demoHall(): Chart {
  const blocks = { left: 'left', centre: 'centre', right: 'right' } as const;
  return {
    name: 'Demo hall',
    size: hallSize,
    categories: [
      { key: 'premium', name: 'Premium', color: '#c2416c' },
      { key: 'standard', name: 'Standard', color: '#2f6fb0' },
      { key: 'balcony', name: 'Balcony', color: '#3c8d5a' },
    ],
    sections: [stalls, balcony].flatMap((floor) =>
      Object.values(blocks).map((block) => ({
        key: `${floor.key}-${block}`,
        name: `${floor.name} ${block}`,
        rows: Array.from({ length: floor.rows }, (_, row) => ({
          label: String.fromCharCode('A'.charCodeAt(0) + row),
          seats: seatsOf(floor, row, block),
        })),
      })),
    ),
    areas: [],
    drawing: [{ shape: 'rectangle', x: stage.x - 160, y: 10, width: 320, height: 90, text: 'Stage' }],
  };
}

type Block = 'left' | 'centre' | 'right';

interface Floor {
  readonly key: string;
  readonly name: string;
  readonly rows: number;
  /** Of the first row, from the point that all rows are bent around. */
  readonly radius: number;
  /** Rows get longer towards the back. */
  readonly sideSeats: (row: number) => number;
  readonly centreSeats: (row: number) => number;
  readonly category: (row: number, block: Block) => string;
  readonly hasWheelchairPlaces: (row: number) => boolean;
}

const seatPitch = 10;
const rowPitch = 12;
/** Between two blocks, in seats. */
const aisleSeats = 2.5;
const hallSize = { width: 940, height: 660 };
/** The point that all rows are bent around, above the drawing. */
const stage = { x: hallSize.width / 2, y: -110 };

const stalls: Floor = {
  key: 'stalls',
  name: 'Stalls',
  rows: 24,
  radius: 280,
  sideSeats: (row) => 8 + Math.floor(row / 2),
  centreSeats: (row) => 16 + Math.floor(row / 3),
  category: (row, block) => (row < 12 && (block === 'centre' || row < 6) ? 'premium' : 'standard'),
  hasWheelchairPlaces: (row) => row === 23,
};

const balcony: Floor = {
  key: 'balcony',
  name: 'Balcony',
  rows: 8,
  radius: 640,
  sideSeats: () => 22,
  centreSeats: (row) => 31 + row,
  category: () => 'balcony',
  hasWheelchairPlaces: () => false,
};

/** The seats of one block of a row, from left to right as seen from above with the stage at the top. */
function seatsOf(floor: Floor, row: number, block: Block): ChartSeat[] {
  const side = floor.sideSeats(row);
  const centre = floor.centreSeats(row);
  const before = { left: 0, centre: side, right: side + centre }[block];
  const aislesBefore = { left: 0, centre: 1, right: 2 }[block];
  const count = block === 'centre' ? centre : side;
  const rowLength = 2 * side + centre - 1 + 2 * aisleSeats;
  const radius = floor.radius + row * rowPitch;

  return Array.from({ length: count }, (_, at) => {
    const alongRow = before + at + aislesBefore * aisleSeats - rowLength / 2;
    const angle = (alongRow * seatPitch) / radius;
    const seat: ChartSeat = {
      label: String(before + at + 1),
      x: tenths(stage.x + radius * Math.sin(angle)),
      y: tenths(stage.y + radius * Math.cos(angle)),
      category: floor.category(row, block),
    };
    const fromAisle = Math.min(at, count - 1 - at);
    if (floor.hasWheelchairPlaces(row) && fromAisle < 2) seat.accessible = fromAisle === 0 ? 'wheelchair' : 'companion';
    return seat;
  });
}

function tenths(length: number): number {
  return Math.round(length * 10) / 10;
}
