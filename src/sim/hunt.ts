import { AssertionError } from 'node:assert/strict';
import { InvariantError } from '../lib/assert.js';
import { JournalCorrupt } from '../journal/journal-corrupt.js';
import { plant, type PlantedBug } from '../lib/planted.js';
import { simulate } from './simulation.js';

export interface Caught {
  readonly seed: number;
  /** The first line of what the checks said. */
  readonly message: string;
}

/** Runs seeds 1, 2, … with the bug planted, until the simulation reports a violation; null where none of them does. */
export async function hunt(bug: PlantedBug, seeds: number, operations: number): Promise<Caught | null> {
  plant(bug);
  try {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const message = await violationOf(seed, operations);
      if (message !== null) return { seed, message };
    }
    return null;
  } finally {
    plant(null);
  }
}

async function violationOf(seed: number, operations: number): Promise<string | null> {
  try {
    await simulate(seed, operations);
    return null;
  } catch (error) {
    // Anything else would be a mistake of the simulation's own.
    const isViolation =
      error instanceof AssertionError || error instanceof InvariantError || error instanceof JournalCorrupt;
    if (!isViolation) throw error;
    return error.message.split('\n')[0]?.slice(0, 140) ?? '';
  }
}
