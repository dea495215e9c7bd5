import type { Chart } from '../charts/chart.js';

/** Two sections, three rows, five seats: a b | a a | b. A new object each time, so that tests may break it. */
export function smallChart(): Chart {
  const seat = (label: string, x: number, y: number, category: string) => ({ label, x, y, category });
  return {
    name: 'Small hall',
    size: { width: 100, height: 50 },
    categories: [
      { key: 'a', name: 'Front', color: '#ff0000' },
      { key: 'b', name: 'Back', color: 'teal' },
    ],
    sections: [
      {
        key: 'stalls',
        name: 'Stalls',
        rows: [
          { label: '1', seats: [seat('1', 10, 10, 'a'), { ...seat('2', 20, 10, 'b'), accessible: 'wheelchair' }] },
          { label: '2', seats: [seat('1', 10, 20, 'a'), seat('2', 20, 20, 'a')] },
        ],
      },
      { key: 'balcony', name: 'Balcony', rows: [{ label: '1', seats: [seat('1', 10, 40, 'b')] }] },
    ],
    areas: [],
  };
}
