import type { Chart, ChartSection } from '../../client/client.js';

const pitch = 10;
const rowsPerBlock = 40;
/** From the middle of the field to the first row, and from there to the last of its tier. */
const tiers = [
  { key: 'lower', name: 'Lower', radius: 620, blocks: 30, category: 'near' },
  { key: 'upper', name: 'Upper', radius: 620 + 44 * 12, blocks: 40, category: 'far' },
] as const;
const halfWidth = tiers[1].radius + rowsPerBlock * 12 + 40;

/** A round stadium of about 52,000 seats in 70 blocks, with a standing area on the field. */
export function largeChart(): Chart {
  const middle = { x: halfWidth, y: halfWidth };
  let index = 0;
  const sections = tiers.flatMap((tier) =>
    Array.from({ length: tier.blocks }, (_, block): ChartSection => {
      const arc = (2 * Math.PI) / tier.blocks;
      return {
        key: `${tier.key}-${block + 1}`,
        name: `${tier.name} ${block + 1}`,
        rows: Array.from({ length: rowsPerBlock }, (__, row) => {
          const radius = tier.radius + row * 12;
          const seats = Math.floor((arc * radius) / pitch) - 3;
          return {
            label: String(row + 1),
            seats: Array.from({ length: seats }, (___, at) => {
              const angle = block * arc + ((at + 2) * pitch) / radius;
              return {
                index: index++,
                label: String(at + 1),
                x: middle.x + Math.cos(angle) * radius,
                y: middle.y + Math.sin(angle) * radius,
                category: tier.category,
                ...(row === 0 && at < 2
                  ? { accessible: at === 0 ? ('wheelchair' as const) : ('companion' as const) }
                  : {}),
              };
            }),
          };
        }),
      };
    }),
  );
  return {
    chartVersion: 1,
    name: 'Large stadium',
    size: { width: halfWidth * 2, height: halfWidth * 2 },
    categories: [
      { key: 'near', name: 'Near', color: '#c2416c' },
      { key: 'far', name: 'Far', color: '#2f6fb0' },
      { key: 'field', name: 'Field', color: '#3c8d5a' },
    ],
    sections,
    areas: [
      {
        area: 'field',
        name: 'Field',
        capacity: 8000,
        category: 'field',
        shape: { type: 'ellipse', ...middle, radiusX: 480, radiusY: 360 },
      },
    ],
    drawing: [{ shape: 'rectangle', x: middle.x - 160, y: middle.y - 560, width: 320, height: 120, text: 'Stage' }],
  };
}
