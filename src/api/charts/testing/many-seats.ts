import type { Chart } from '../chart.js';

/** One section of straight rows, all of category `a`. */
export function manySeats(rows: number, seatsPerRow: number): Chart {
  const seats = (row: number) =>
    Array.from({ length: seatsPerRow }, (_, at) => ({ label: String(at + 1), x: at, y: row, category: 'a' }));
  return {
    name: 'Many seats',
    size: { width: seatsPerRow, height: rows },
    categories: [{ key: 'a', name: 'A', color: '#336699' }],
    sections: [
      {
        key: 's',
        name: 'S',
        rows: Array.from({ length: rows }, (_, row) => ({ label: String(row + 1), seats: seats(row) })),
      },
    ],
    areas: [],
  };
}
