import { must } from '../../lib/must.js';
import type { DrawingItem } from '../charts/drawing.js';
import { type Block, middleOf, platform, type Rake, rows, seatsIn, shortened } from './block.js';
import { boxes } from './boxes.js';
import { descending, rowLetters } from './numbering.js';
import { polygon, section } from './section.js';
import { roundedRectangle, type Span } from './track.js';
import type { Venue } from './venue.js';

/**
 * An arena of 18,000 seats around a standing floor, as it stands for a concert: the stage is at the west end, and the sections
 * behind it are not sold. Sections are numbered clockwise all around, rows by letters without I and O.
 *
 *         ╭──────── 204 … ─────────╮
 *        │  ╭────── 103 … ──────╮   │      outwards   lower tier   22 rows, sections 103 to 126
 *     ┌──┴──┤                   │   │                 platforms    for wheelchairs
 *     │stage│  floor, standing  │   │                 suites       of 12
 *     └──┬──┤                   │   │                 upper tier   17 rows, sections 204 to 237
 *        │  ╰────── … 126 ──────╯   │
 *         ╰──────── … 237 ─────────╯
 */
export function arena(): Venue {
  const [lower, suites, upper] = [tier(lowerTier), suiteBlocks(), tier(upperTier)];
  const excess = seatsIn([...lower, ...suites, ...upper]) - seatCount;
  return {
    name: 'Arena',
    size: { width: 2 * centre.x, height: 2 * centre.y },
    // The middle of the floor: nearer to the stage are side views.
    focalPoint: centre,
    categories: [
      { key: 'floor', name: 'Floor, standing', color: '#0b7a80' },
      { key: 'lower', name: 'Lower tier', color: '#b5305f' },
      { key: 'lower-end', name: 'Lower tier, end', color: '#a9601a' },
      { key: 'suite', name: 'Suites', color: '#8a56ac' },
      { key: 'upper', name: 'Upper tier', color: '#2f6fb0' },
      { key: 'upper-end', name: 'Upper tier, end', color: '#2e8057' },
      { key: 'restricted', name: 'Side view', color: '#66727f' },
    ],
    sections: [
      ...lower.map((block) => section(block, priceOf('lower', block), numbering)),
      ...suites.map((block) => section(block, () => 'suite')),
      ...shortened(upper, excess).map((block) => section(block, priceOf('upper', block), numbering)),
    ],
    areas: [
      {
        area: 'floor',
        name: 'Floor (standing)',
        capacity: 3200,
        category: 'floor',
        shape: { type: 'polygon', points: polygon(track.line(-20, [track.length / 2 - 380, track.length + 380], 20)) },
      },
    ],
    drawing: drawing(),
  };
}

const seatCount = 18_000;
const centre = { x: 1490, y: 1160 };
const seatPitch = 10;
const rowPitch = 15;
/** The barrier around the floor. */
const track = roundedRectangle(centre, 1400, 760, 230);
/** From one side of the stage around to the other one. */
const west = track.length / 4;
const around: Span = [west, west + track.length];
const stage = { x: centre.x - 660, y: centre.y - 210, width: 250, height: 420 };

interface Tier {
  /** Number of the first section, behind the stage. */
  readonly first: number;
  readonly sections: number;
  /** Not sold, as they are behind the stage: so many from its middle to each side. */
  readonly hidden: number;
  readonly offset: number;
  readonly rows: number;
  /** Rows where a stair comes out in each second section. */
  readonly stair: { readonly from: number; readonly to: number } | null;
}
const lowerTier: Tier = { first: 101, sections: 28, hidden: 2, offset: 20, rows: 22, stair: null };
const upperTier: Tier = { first: 201, sections: 40, hidden: 3, offset: 505, rows: 17, stair: { from: 2, to: 5 } };

function tier({ first, sections, hidden, offset, rows: count, stair }: Tier): Block[] {
  const rake: Rake = { track, offset, rowPitch, seatPitch, halfAisle: 13 };
  return track
    .divide(offset + (count * rowPitch) / 2, around, sections)
    .toReversed()
    .map((span, at): Block => {
      const hasStair = stair !== null && at % 2 === 0;
      const seated = rows(hasStair ? { ...rake, stair: { ...stair, width: 60 } } : rake, span, rowLetters(count));
      const last = platform(rake, offset + count * rowPitch + 8, span, 'Platform', 14);
      return {
        key: String(first + at),
        name: `Section ${first + at}`,
        rows: stair === null ? [...seated, last] : seated,
      };
    })
    .slice(hidden, sections - hidden);
}

function suiteBlocks(): Block[] {
  const span: Span = [west + 0.08 * track.length, west + 0.92 * track.length];
  const suites = boxes({
    track,
    offset: 415,
    span,
    count: 60,
    front: 6,
    back: 6,
    chairPitch: 12,
    word: 'Suite',
  });
  return ['south', 'east', 'north'].map((side, at) => ({
    key: `suites-${side}`,
    name: `Suites ${side}`,
    rows: suites.slice(at * 20, (at + 1) * 20),
  }));
}

/** Seat 1 is beside the section with the next lower number. */
const numbering = (seats: number): string[] => descending(seats);

function priceOf(tierKey: 'lower' | 'upper', { rows: all }: Block): () => string {
  const { x } = middleOf(must(all[0], 'the first row'));
  const price = x < stage.x + 200 ? 'restricted' : x > centre.x + 500 ? `${tierKey}-end` : tierKey;
  return () => price;
}

function drawing(): DrawingItem[] {
  return [
    { shape: 'rectangle', ...stage, text: 'Stage' },
    { shape: 'rectangle', x: centre.x + 400, y: centre.y - 55, width: 120, height: 110, text: 'Sound' },
    ...[lowerTier, upperTier].map(behindTheStage),
  ];
}

/** Nobody sits there tonight. */
function behindTheStage({ offset, rows: count, sections, hidden }: Tier): DrawingItem {
  const cuts = track.divide(offset + (count * rowPitch) / 2, around, sections);
  const [first, last] = [must(cuts[hidden], 'the first section'), must(cuts.at(-hidden - 1), 'the last section')];
  const points = track.band(offset - 8, offset + count * rowPitch, [last[1] + 10, track.length + first[0] - 10]);
  return { shape: 'polygon', points: polygon(points), color: 'transparent', borderColor: '#9aa5b1' };
}
