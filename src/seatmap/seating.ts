import type { EventConfiguration } from './configuration.js';
import { NearestBlocks } from './seating-nearest-blocks.js';
import { decodePositions } from './positions.js';

/** Between two seats of which nothing is known but their order, in tenths of a unit. */
const unknownPitch = 10;

/**
 * Where the seats are, decoded: about 10 bytes a seat. The seats of one block stand side by side, and all are in one section
 * (where a layout says otherwise, the block ends at the border). Without a layout all seats are one block on a line, the best
 * ones first, in the section ''.
 */
export class Seating {
  /** x, y, x, y, … in tenths of a unit. */
  readonly positions: Int32Array;
  /** Seat → `accessKinds`. */
  readonly access: Uint8Array;
  readonly sections: readonly string[];
  /** First seat of each block, and at the end the number of seats. */
  readonly blockStarts: Int32Array;
  /** Block → index in `sections`. */
  readonly sectionOfBlock: Uint16Array;
  readonly focusX: number;
  readonly focusY: number;
  /** Squared distance of two neighbours, as a rule. Greater than 0. */
  readonly pitchSquared: number;
  readonly nearestBlocks: NearestBlocks;

  constructor({ seatCount, layout }: EventConfiguration) {
    this.sections = layout?.sections ?? [''];
    this.positions = layout === null ? onALine(seatCount) : decodePositions(layout.positions, seatCount);
    this.access = new Uint8Array(seatCount);
    fillRuns(this.access, layout?.seatAccess ?? [[0, seatCount]]);
    const sectionRuns = layout?.seatSections ?? [[0, seatCount]];
    this.blockStarts = Int32Array.from([0, ...blockEnds(layout?.blocks ?? [seatCount], sectionRuns)]);
    this.sectionOfBlock = sectionsOf(this.blockStarts, sectionRuns);
    [this.focusX, this.focusY] = layout?.focus ?? [0, 0];
    this.pitchSquared = usualPitchSquared(this.positions, this.blockStarts);
    this.nearestBlocks = new NearestBlocks(this.positions, this.blockStarts);
  }

  get blockCount(): number {
    return this.sectionOfBlock.length;
  }

  get byteLength(): number {
    const { positions, access, blockStarts, sectionOfBlock, nearestBlocks } = this;
    const perBlock = blockStarts.byteLength + sectionOfBlock.byteLength + nearestBlocks.byteLength;
    return positions.byteLength + access.byteLength + perBlock;
  }
}

const seatings = new WeakMap<EventConfiguration, Seating>();

/** Decoded when first asked for, kept as long as the configuration. */
export function seatingOf(configuration: EventConfiguration): Seating {
  let seating = seatings.get(configuration);
  if (seating === undefined) {
    seating = new Seating(configuration);
    seatings.set(configuration, seating);
  }
  return seating;
}

type Runs = readonly (readonly [value: number, seats: number])[];

function onALine(seatCount: number): Int32Array {
  return new Int32Array(seatCount * 2).map((_, index) => (index % 2 === 0 ? (index / 2) * unknownPitch : 0));
}

function fillRuns(values: Uint8Array, runs: Runs): void {
  let firstSeat = 0;
  for (const [value, seats] of runs) {
    values.fill(value, firstSeat, firstSeat + seats);
    firstSeat += seats;
  }
}

/** Where a block ends, by itself or as another section begins: rising. */
function blockEnds(blocks: readonly number[], sectionRuns: Runs): number[] {
  const ends = new Set<number>();
  let end = 0;
  for (const seats of blocks) {
    end += seats;
    ends.add(end);
  }
  end = 0;
  for (const [index, [section, seats]] of sectionRuns.entries()) {
    end += seats;
    if (sectionRuns[index + 1]?.[0] !== section) ends.add(end);
  }
  return [...ends].sort((one, other) => one - other);
}

function sectionsOf(blockStarts: Int32Array, sectionRuns: Runs): Uint16Array {
  const sections = new Uint16Array(blockStarts.length - 1);
  let block = 0;
  let end = 0;
  for (const [section, seats] of sectionRuns) {
    end += seats;
    for (; block < sections.length && (blockStarts[block] as number) < end; block += 1) sections[block] = section;
  }
  return sections;
}

/** The median over the blocks, of the first two seats of each. */
function usualPitchSquared(positions: Int32Array, blockStarts: Int32Array): number {
  const squares: number[] = [];
  for (let block = 0; block + 1 < blockStarts.length; block += 1) {
    const first = blockStarts[block] as number;
    if ((blockStarts[block + 1] as number) - first >= 2) squares.push(distanceSquared(positions, first, first + 1));
  }
  squares.sort((one, other) => one - other);
  return Math.max(1, squares[squares.length >> 1] ?? unknownPitch ** 2);
}

function distanceSquared(positions: Int32Array, seat: number, other: number): number {
  const dx = (positions[seat * 2] as number) - (positions[other * 2] as number);
  const dy = (positions[seat * 2 + 1] as number) - (positions[other * 2 + 1] as number);
  return dx * dx + dy * dy;
}
