import { must } from '../../lib/must.js';
import type { DrawingItem } from '../charts/drawing.js';
import { type Block, platform, type Rake, rows, seatsIn, shortened } from './block.js';
import { ascending, clockwise } from './numbering.js';
import { polygon, sections } from './section.js';
import { roundedRectangle, type Span } from './track.js';
import type { Venue } from './venue.js';

/**
 * A stadium of 60,000 seats around a pitch: four stands and four corners in three tiers. Blocks are numbered clockwise, the
 * tier first: block 214 is in the middle tier. Seats are numbered on through all blocks of a stand or a corner.
 *
 *         ╭─┬─── north ───┬─╮
 *         ├─┘╭───────────╮└─┤      outwards   lower tier    rows 1 to 25, then platforms for wheelchairs
 *         west│  pitch  │east                 middle tier   rows 1 to 12, club seats along the sides
 *         ├─┐╰───────────╯┌─┤                 upper tier    rows 1 to 25, entered by stairs between the seats
 *         ╰─┴─── south ───┴─╯
 */
export function stadium(): Venue {
  const [lower, middle, upper] = [wings(lowerTier), wings(middleTier), wings(upperTier)];
  const excess = seatsIn([...lower, ...middle, ...upper].flatMap(({ blocks }) => blocks)) - seatCount;
  return {
    name: 'Stadium',
    size: { width: 2 * centre.x, height: 2 * centre.y },
    focalPoint: centre,
    categories: [
      { key: 'club', name: 'Club seats', color: '#8a56ac' },
      { key: 'first', name: 'Category 1', color: '#b5305f' },
      { key: 'second', name: 'Category 2', color: '#2f6fb0' },
      { key: 'third', name: 'Category 3', color: '#2e8057' },
      { key: 'fourth', name: 'Category 4', color: '#a9601a' },
      { key: 'family', name: 'Family blocks', color: '#0b7a80' },
    ],
    sections: [...lower, ...middle, ...withoutLast(upper, excess)].flatMap(({ blocks, prices }) =>
      sections(blocks, (_, block) => must(prices[block], 'the price of a block'), clockwise),
    ),
    areas: [],
    drawing: drawing(),
  };
}

const seatCount = 60_000;
const pitch = { length: 2100, width: 1360 };
const centre = { x: 2430, y: 2060 };
const seatPitch = 10;
const rowPitch = 16;

/** The wall around the pitch. The track begins in the middle of the north stand and goes west. */
const bend = 260;
const track = roundedRectangle(centre, pitch.length + 300, pitch.width + 260, bend);
const side = pitch.length + 300 - 2 * bend;
const end = pitch.width + 260 - 2 * bend;

type Part = 'side' | 'end' | 'corner';

interface Tier {
  readonly first: number;
  readonly offset: number;
  readonly rows: number;
  readonly hasPlatforms: boolean;
  /** Corners get wider with each tier. */
  readonly blocks: Readonly<Record<Part, number>>;
  readonly stair: NonNullable<Rake['stair']>;
  /** Of the blocks of a stand or a corner; along the sides the outermost blocks are cheaper. */
  readonly prices: Readonly<Record<Part | 'outermost', string>>;
}

const lowerTier: Tier = {
  first: 101,
  offset: 10,
  rows: 25,
  hasPlatforms: true,
  blocks: { side: 7, end: 4, corner: 3 },
  stair: { from: 9, to: 12, width: 50 },
  prices: { side: 'first', outermost: 'second', end: 'fourth', corner: 'family' },
};
const middleTier: Tier = {
  first: 201,
  offset: 500,
  rows: 12,
  hasPlatforms: false,
  blocks: { side: 7, end: 4, corner: 5 },
  stair: { from: 0, to: 2, width: 50 },
  prices: { side: 'club', outermost: 'first', end: 'third', corner: 'second' },
};
const upperTier: Tier = {
  first: 301,
  offset: 740,
  rows: 25,
  hasPlatforms: false,
  blocks: { side: 7, end: 4, corner: 7 },
  stair: { from: 5, to: 8, width: 60 },
  prices: { side: 'second', outermost: 'third', end: 'fourth', corner: 'third' },
};

/** A stand, or a corner between two: seats are numbered through it. */
interface Wing {
  readonly blocks: readonly Block[];
  readonly prices: readonly string[];
}

/** Clockwise from the north stand. */
const parts: readonly (readonly [name: string, part: Part])[] = [
  ['North stand', 'side'],
  ['North-east corner', 'corner'],
  ['East stand', 'end'],
  ['South-east corner', 'corner'],
  ['South stand', 'side'],
  ['South-west corner', 'corner'],
  ['West stand', 'end'],
  ['North-west corner', 'corner'],
];
const lengths: Readonly<Record<Part, number>> = { side, end, corner: (bend * Math.PI) / 2 };

function wings(tier: Tier): Wing[] {
  let to = track.length + side / 2;
  let number = tier.first;
  return parts.map(([name, part]) => {
    const span: Span = [to - lengths[part], to];
    const count = tier.blocks[part];
    const wing = wingOf(tier, name, part, span, number);
    [to, number] = [span[0], number + count];
    return wing;
  });
}

function wingOf(tier: Tier, name: string, part: Part, span: Span, first: number): Wing {
  const { offset, rows: count, stair, prices, hasPlatforms } = tier;
  const rake: Rake = { track, offset, rowPitch, seatPitch, halfAisle: 12, stair };
  const blocks = track
    .divide(offset + (count * rowPitch) / 2, span, tier.blocks[part])
    .toReversed()
    .map((wedge, at) => ({
      key: String(first + at),
      name: `${name} ${first + at}`,
      rows: [
        ...rows(rake, wedge, ascending(count)),
        ...(hasPlatforms ? [platform(rake, offset + count * rowPitch + 10, wedge, 'Platform', 12)] : []),
      ],
    }));
  const isOutermost = (at: number) => part === 'side' && (at === 0 || at === blocks.length - 1);
  return { blocks, prices: blocks.map((_, at) => prices[isOutermost(at) ? 'outermost' : part]) };
}

/** The highest row is where the roof's pillars stand. */
function withoutLast(upper: readonly Wing[], seats: number): Wing[] {
  const shorter = shortened(
    upper.flatMap(({ blocks }) => blocks),
    seats,
  );
  return upper.map(({ blocks, prices }) => ({ blocks: shorter.splice(0, blocks.length), prices }));
}

/** In the pitch's measures: 20 units are a metre. */
function drawing(): DrawingItem[] {
  const left = centre.x - pitch.length / 2;
  const line = { color: 'transparent', borderColor: '#ffffff' };
  const rectangle = (x: number, width: number, height: number): DrawingItem => {
    return { shape: 'rectangle', x, y: centre.y - height / 2, width, height, ...line };
  };
  const name = (text: string, x: number, y: number, rotation: number): DrawingItem => {
    return { shape: 'text', x, y, text, size: 56, rotation };
  };
  return [
    { shape: 'polygon', points: polygon(track.line(-30, [0, track.length], 30)), color: '#6f9f60' },
    rectangle(left, pitch.length / 2, pitch.width),
    rectangle(centre.x, pitch.length / 2, pitch.width),
    ...[330, 110].flatMap((depth) => {
      const width = depth === 330 ? 806 : 366;
      return [rectangle(left, depth, width), rectangle(left + pitch.length - depth, depth, width)];
    }),
    { shape: 'ellipse', ...centre, radiusX: 183, radiusY: 183, ...line },
    name('North stand', centre.x, 50, 0),
    name('South stand', centre.x, 2 * centre.y - 50, 0),
    name('West stand', 50, centre.y, -90),
    name('East stand', 2 * centre.x - 50, centre.y, 90),
  ];
}
