import { must } from '../../lib/must.js';
import type { ChartSection } from '../charts/chart.js';
import type { DrawingItem } from '../charts/drawing.js';
import { type Block, type BlockRow, platform, type Rake, rows, seatsFrom } from './block.js';
import { ascending, descending, oddEven, rowLetters } from './numbering.js';
import { polygon, section, sections } from './section.js';
import { arc, down, straight, up } from './track.js';
import type { Venue } from './venue.js';

/**
 * A concert hall of 1,744 seats in the shape of a shoe box: stalls bent around the stage, a balcony along three walls, a choir
 * behind the orchestra. Odd numbers to the left of the middle, even ones to the right.
 *
 *                     organ
 *               ╭─── choir ────╮
 *        side   │ ╲  stage   ╱ │   side        stalls    23 rows, and Z for wheelchairs
 *        balcony│  A ─────── A │   balcony     sides      3 rows each
 *        left   │  …         … │   right       choir      4 rows
 *               │  Z ─────── Z │               rear       9 rows
 *               ╰ rear balcony ╯
 */
export function concertHall(): Venue {
  return {
    name: 'Concert hall',
    size: { width: 2 * middle, height: 850 },
    // Row G of the stalls: nearer to the stage is the choir, which sees the players' backs.
    focalPoint: { x: middle, y: 409 },
    categories: [
      { key: 'premium', name: 'Stalls, front', color: '#b5305f' },
      { key: 'standard', name: 'Stalls', color: '#2f6fb0' },
      { key: 'balcony', name: 'Rear balcony', color: '#2e8057' },
      { key: 'side', name: 'Side balcony', color: '#8a56ac' },
      { key: 'choir', name: 'Choir', color: '#a9601a' },
      { key: 'restricted', name: 'Restricted view', color: '#66727f' },
    ],
    sections: [...stalls(), ...rearBalcony(), sideBalcony('left'), sideBalcony('right'), ...choir()],
    areas: [],
    drawing: drawing(),
  };
}

const middle = 350;
const seatPitch = 10;
const rowPitch = 14;
const aisle = 24;

/** Stalls and rear balcony are bent around one point far behind the orchestra: offset 0 is row A. */
const floor = arc({ x: middle, y: -235 }, 560, down, 60);
const stallsRows = 23;
const platformOffset = stallsRows * rowPitch + 12;
const balconyOffset = platformOffset + 62;

/** Seats of a row. Each other row is moved by half a seat, so that people look between two heads. */
interface Width {
  readonly centre: (row: number) => number;
  readonly side: (row: number) => number;
}
const stallsWidth: Width = { centre: (row) => 19 - (row % 2), side: (row) => Math.min(10, 7 + row) };
const balconyWidth: Width = { centre: (row) => 20 + (row % 2), side: () => 16 };

function stalls(): ChartSection[] {
  const labels = rowLetters(stallsRows + 1);
  const inner = (stallsWidth.centre(0) * seatPitch) / 2;
  const outer = inner + aisle + stallsWidth.side(stallsRows) * seatPitch;
  const platforms = [
    [-outer, -inner - aisle],
    [-inner, inner],
    [inner + aisle, outer],
  ].map(([from = 0, to = 0]) => {
    const span = [place(platformOffset, from), place(platformOffset, to)] as const;
    return platform(rake, platformOffset, span, must(labels.at(-1), 'the last row'), 14);
  });
  const blocks = threeBlocks('stalls', 'Stalls', labels.slice(0, stallsRows), 0, stallsWidth);
  return sections(
    blocks.map(({ key, name, rows: seated }, at) => ({
      key,
      name,
      rows: [...seated, must(platforms[at], 'the platform behind a block')],
    })),
    (row, block) => (row < 13 && (block === 1 || row < 7) ? 'premium' : 'standard'),
    oddEven,
  );
}

function rearBalcony(): ChartSection[] {
  return sections(
    threeBlocks('balcony', 'Balcony', rowLetters(9), balconyOffset, balconyWidth),
    () => 'balcony',
    oddEven,
  );
}

const rake: Rake = { track: floor, offset: 0, rowPitch, seatPitch, halfAisle: 0 };

/** The place on the floor's track that a row passes so far right of the middle. */
function place(offset: number, distance: number): number {
  return floor.place(offset, floor.reach(offset, floor.length / 2) + distance);
}

/** Rows with two aisles straight to the back, as the walls are. */
function threeBlocks(key: string, name: string, labels: readonly string[], offset: number, width: Width): Block[] {
  const inner = (Math.max(width.centre(0), width.centre(1)) * seatPitch) / 2 + aisle;
  const block = (seats: (row: number) => number, left: (length: number) => number): BlockRow[] =>
    labels.map((label, row) => {
      const [at, count] = [offset + row * rowPitch, seats(row)];
      const from = floor.reach(at, floor.length / 2) + left(count * seatPitch);
      return { label, spots: seatsFrom(floor, at, from, seatPitch, count), isPlatform: false };
    });
  return [
    { key: `${key}-left`, name: `${name} left`, rows: block(width.side, (length) => -inner - length) },
    {
      key: `${key}-centre`,
      name: `${name} centre`,
      rows: block(width.centre, (length) => -length / 2),
    },
    { key: `${key}-right`, name: `${name} right`, rows: block(width.side, () => inner) },
  ];
}

/** Along a wall, with two doors, numbered from the stage. */
function sideBalcony(side: 'left' | 'right'): ChartSection {
  const isLeft = side === 'left';
  const x = middle + (isLeft ? -246 : 246);
  const ends = [
    { x, y: 110 },
    { x, y: 650 },
  ] as const;
  const track = isLeft ? straight(ends[0], ends[1]) : straight(ends[1], ends[0]);
  const labels = ['1', '2', '3'];
  const parts = track
    .divide(0, [0, track.length], 3)
    .map((span) => rows({ ...rake, track, halfAisle: aisle / 2 }, span, labels));
  const whole = labels.map((label, row) => ({
    label,
    spots: parts.flatMap((part) => part[row]?.spots ?? []),
    isPlatform: false,
  }));
  return section(
    { key: `side-${side}`, name: `Side balcony ${side}`, rows: whole },
    (row) => (row === 0 ? 'side' : 'restricted'),
    (seats) => (isLeft ? ascending(seats) : descending(seats)),
  );
}

const conductor = { x: middle, y: 275 };

/** To both sides of the organ's console. Who sits there has the hall's right to the left. */
function choir(): ChartSection[] {
  const track = arc(conductor, 150, up, 120);
  const half = (left: (length: number) => number): BlockRow[] =>
    ['1', '2', '3', '4'].map((label, row) => {
      const [offset, count] = [row * rowPitch, 10 + 2 * row];
      const from = track.reach(offset, track.length / 2) + left(count * seatPitch);
      return { label, spots: seatsFrom(track, offset, from, seatPitch, count), isPlatform: false };
    });
  return sections(
    [
      { key: 'choir-right', name: 'Choir right', rows: half((length) => -aisle / 2 - length) },
      { key: 'choir-left', name: 'Choir left', rows: half(() => aisle / 2) },
    ],
    () => 'choir',
    oddEven,
  );
}

function drawing(): DrawingItem[] {
  const front = floor.line(-45, [place(-45, -150), place(-45, 150)]);
  const riser = arc(conductor, 130, up, 112);
  return [
    { shape: 'polygon', points: polygon([...front, ...riser.line(0, [0, riser.length], 15)]), text: 'Stage' },
    { shape: 'rectangle', x: middle - 110, y: 15, width: 220, height: 38, text: 'Organ' },
  ];
}
