import type { PlantedBug } from '../lib/planted.js';
import type { SeedJob } from './seed-job.js';
import type { SeedPool } from './seed-pool.js';
import { firstLine } from './violation-notice.js';

export interface Caught {
  readonly seed: number;
  /** The first line of what the checks said. */
  readonly message: string;
}

/** Runs seeds 1, 2, … with the bug planted, until the simulation reports a violation; null where none of them does. */
export async function hunt(pool: SeedPool, bug: PlantedBug, seeds: number, operations: number): Promise<Caught | null> {
  const caught: Caught[] = [];
  function* jobs(): Generator<SeedJob> {
    for (let seed = 1; seed <= seeds && caught.length === 0; seed += 1) yield { seed, operations, bug };
  }
  await pool.runAll(jobs(), ({ seed }, outcome) => {
    if (outcome.kind === 'passed') return;
    // What no check has said would be a mistake of the simulation's own.
    if (outcome.noticedBy === 'program') throw new Error(`Cannot hunt ${bug} as seed ${seed} broke: ${outcome.stack}`);
    caught.push({ seed, message: firstLine(outcome.message) });
  });
  // Threads end in any order: the first seed counts, so that every hunt says the same.
  return caught.toSorted((one, other) => one.seed - other.seed)[0] ?? null;
}
