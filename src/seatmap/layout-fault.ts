import { InvariantError } from '../lib/assert.js';
import { accessKinds, type SeatLayout } from './layout.js';
import { decodePositions } from './positions.js';
import { isWithin, runsFault } from './configuration-checks.js';

/** What a seating's columns can number. */
const sectionsMax = 65_536;

/** Why this cannot be the layout of so many seats, or null where it can. */
export function layoutFault(layout: SeatLayout, seatCount: number): string | null {
  const { focus, sections, seatSections, blocks, seatAccess, positions } = layout;
  if (!focus.every(Number.isSafeInteger)) return `the layout's focus is ${focus.join()}`;
  if (sections.length > sectionsMax) return `number of sections is ${sections.length}`;
  return (
    runsFault('section', seatSections, sections.length, seatCount) ??
    runsFault('access', seatAccess, Object.keys(accessKinds).length, seatCount) ??
    blocksFault(blocks, seatCount) ??
    positionsFault(positions, seatCount)
  );
}

function blocksFault(blocks: readonly number[], seatCount: number): string | null {
  let seats = 0;
  for (const block of blocks) {
    if (!isWithin(block, 1, seatCount)) return `a block of seats is ${block} long`;
    seats += block;
  }
  return seats === seatCount ? null : `blocks name ${seats} seats: seatCount is ${seatCount}`;
}

function positionsFault(positions: string, seatCount: number): string | null {
  try {
    decodePositions(positions, seatCount);
    return null;
  } catch (error) {
    if (error instanceof InvariantError) return `positions cannot be read: ${error.message}`;
    throw error;
  }
}
