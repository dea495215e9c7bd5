import type { DrawingItem } from '../charts/drawing.js';
import { type Block, platform, type Rake, rows, seatsIn, shortened } from './block.js';
import { boxes } from './boxes.js';
import { ascending, rowLetters } from './numbering.js';
import { polygon, section } from './section.js';
import { oval, type Span } from './track.js';
import type { Venue } from './venue.js';

/**
 * A round hall of 5,272 seats, and standing places in the arena and the gallery: rings around an oval, open where the organ is.
 *
 *                 organ
 *            ╭─── choir ───╮          outwards   stalls        blocks G to P, raked
 *          ╱    ╲ stage ╱    ╲                   loggia        boxes of 8
 *         │ ring ╭─────╮ ring │                  grand tier    boxes of 12
 *         │      │arena│      │                  second tier   boxes of 5
 *          ╲     ╰─────╯     ╱                   circle        24 blocks of short, steep rows
 *            ╰─────────────╯                     gallery       standing
 */
export function roundHall(): Venue {
  const [stallsBlocks, choirBlocks, circleBlocks] = [stalls(), choir(), circle()];
  const boxBlocks = tiers.flatMap(boxesOf);
  const excess = seatsIn([...stallsBlocks, ...choirBlocks, ...circleBlocks, ...boxBlocks]) - seatCount;
  return {
    name: 'Round hall',
    size: { width: 2 * centre.x, height: centre.y + 980 },
    // The middle of the arena: nearer to the stage is the choir behind it.
    focalPoint: centre,
    categories: [
      { key: 'stalls', name: 'Stalls', color: '#b5305f' },
      { key: 'boxes', name: 'Loggia and Grand Tier', color: '#8a56ac' },
      { key: 'second', name: 'Second Tier', color: '#a9601a' },
      { key: 'circle', name: 'Circle', color: '#2f6fb0' },
      { key: 'choir', name: 'Choir', color: '#2e8057' },
      { key: 'restricted', name: 'Circle, side view', color: '#66727f' },
      { key: 'standing', name: 'Standing', color: '#0b7a80' },
    ],
    sections: [
      ...stallsBlocks.map((block) => section(block, () => 'stalls')),
      ...boxBlocks.map((block) => section(block, () => (block.key.startsWith('second') ? 'second' : 'boxes'))),
      ...shortened(circleBlocks, excess).map((block, at) =>
        section(block, () => (isAside(at) ? 'restricted' : 'circle')),
      ),
      ...choirBlocks.map((block) => section(block, () => 'choir')),
    ],
    areas: [
      {
        area: 'arena',
        name: 'Arena (standing)',
        capacity: 1050,
        category: 'standing',
        shape: { type: 'polygon', points: polygon(track.line(-22, part(0.135), 15)) },
      },
      {
        area: 'gallery',
        name: 'Gallery (standing)',
        capacity: 500,
        category: 'standing',
        shape: { type: 'polygon', points: polygon(track.band(552, 594, part(0.06), 20)) },
      },
    ],
    drawing: drawing(),
  };
}

const seatCount = 5272;
const centre = { x: 900, y: 875 };
const rowPitch = 14;
const seatPitch = 10;
const track = oval(centre, 540, 700, 200);

/** All of the ring but so large a share on each side of its top. */
function part(share: number): Span {
  return [share * track.length, (1 - share) * track.length];
}

function stalls(): Block[] {
  const names = ['G', 'H', 'J', 'K', 'L', 'M', 'N', 'P'];
  const rake: Rake = { track, offset: 20, rowPitch, seatPitch, halfAisle: 11 };
  return track.divide(90, part(0.14), names.length).map((span, at) => {
    const isAtEnd = at === 0 || at === names.length - 1;
    const last = platform(rake, rake.offset + 10 * rowPitch + 6, span, 'Platform', 14);
    return {
      key: `stalls-${names[at]}`,
      name: `Stalls ${names[at]}`,
      rows: [...rows(rake, span, ascending(10)), ...(isAtEnd ? [] : [last])],
    };
  });
}

function choir(): Block[] {
  const rake: Rake = { track, offset: 12, rowPitch, seatPitch, halfAisle: 10 };
  const span: Span = [-0.105 * track.length, 0.105 * track.length];
  const names = ['right', 'centre', 'left'];
  return track.divide(60, span, 3).map((wedge, at) => ({
    key: `choir-${names[at]}`,
    name: `Choir ${names[at]}`,
    rows: rows(rake, wedge, rowLetters(7)),
  }));
}

function circle(): Block[] {
  const rake: Rake = { track, offset: 430, rowPitch, seatPitch, halfAisle: 11 };
  return track.divide(480, part(0.065), circleBlockCount).map((span, at) => ({
    key: `circle-${at + 1}`,
    name: `Circle ${at + 1}`,
    rows: rows(rake, span, ascending(7)),
  }));
}

const circleBlockCount = 24;
/** Beside the organ one looks at the orchestra's back. */
function isAside(block: number): boolean {
  return Math.min(block, circleBlockCount - 1 - block) < 3;
}

const tiers = [
  { key: 'loggia', name: 'Loggia', offset: 226, share: 0.125, count: 36, front: 4, back: 4 },
  { key: 'grand', name: 'Grand Tier', offset: 288, share: 0.105, count: 30, front: 6, back: 6 },
  { key: 'second', name: 'Second Tier', offset: 350, share: 0.085, count: 72, front: 3, back: 2 },
] as const;

function boxesOf({ key, name, share, count, ...ring }: (typeof tiers)[number]): Block[] {
  const all = boxes({ track, span: part(share), count, chairPitch: 11, word: 'Box', ...ring });
  const third = count / 3;
  return ['left', 'rear', 'right'].map((side, at) => ({
    key: `${key}-${side}`,
    name: `${name} ${side}`,
    rows: all.slice(at * third, (at + 1) * third),
  }));
}

function drawing(): DrawingItem[] {
  const edge = track.line(-6, [-0.125 * track.length, 0.125 * track.length], 15);
  const organ = track.band(135, 205, [-0.06 * track.length, 0.06 * track.length], 15);
  // Before the first box of each ring.
  const names = tiers.map(({ name, offset, share }): DrawingItem => {
    const { x, y } = track.point(offset + 6, track.place(offset, track.reach(offset, share * track.length) - 45));
    return { shape: 'text', x, y, text: name, size: 17 };
  });
  return [
    { shape: 'polygon', points: polygon(edge), text: 'Stage' },
    { shape: 'polygon', points: polygon(organ), text: 'Organ' },
    ...names,
  ];
}
