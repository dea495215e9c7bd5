import assert, { AssertionError } from 'node:assert/strict';
import { JournalCorrupt } from '../journal/journal-corrupt.js';
import { InvariantError } from '../lib/assert.js';
import { systemClock } from '../lib/clock.js';
import { plant, plantedAroundSockets, plantedInCluster, type PlantedBug } from '../lib/planted.js';
import { type Shares, usualShares } from './draw.js';
import { simulate, type SimulationReport } from './simulation.js';

/** One seed to run. */
export interface SeedJob {
  readonly seed: number;
  readonly operations: number;
  /** Planted meanwhile; null: nothing is. */
  readonly bug: PlantedBug | null;
}

/** By whom a failure was noticed: by a check of the simulation or of the core, by nobody who looked for it, by the clock. */
export type NoticedBy = 'check' | 'program' | 'time limit';

export type SeedOutcome =
  | { readonly kind: 'passed'; readonly report: SimulationReport; readonly tookMs: number }
  | { readonly kind: 'failed'; readonly noticedBy: NoticedBy; readonly message: string; readonly stack: string };

/** One seed in so many runs twice. */
const twiceEvery = 100;

/** Runs the seed on this thread. Never rejects: a failure is an outcome. */
export async function runSeed({ seed, operations, bug }: SeedJob): Promise<SeedOutcome> {
  plant(bug);
  const startedMs = systemClock.monotonicMs();
  try {
    const shares = sharesFor(bug);
    const report = await simulate(seed, operations, undefined, shares);
    const tookMs = systemClock.monotonicMs() - startedMs;
    if (seed % twiceEvery === 0) {
      const again = await simulate(seed, operations, undefined, shares);
      assert.equal(again.traceHash, report.traceHash, 'a second run of the seed left another trace');
    }
    return { kind: 'passed', report, tookMs };
  } catch (error) {
    return failure(error, isOfACheck(error) ? 'check' : 'program');
  } finally {
    plant(null);
  }
}

/** A bug is hunted where it can show. */
function sharesFor(bug: PlantedBug | null): Shares {
  if (bug === null) return usualShares;
  return {
    sdk: plantedAroundSockets.has(bug) ? 1 : usualShares.sdk,
    cluster: plantedInCluster.has(bug) ? 1 : usualShares.cluster,
  };
}

export function failure(error: unknown, noticedBy: NoticedBy): SeedOutcome {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { kind: 'failed', noticedBy, message, stack: stack ?? message };
}

function isOfACheck(error: unknown): boolean {
  return error instanceof AssertionError || error instanceof InvariantError || error instanceof JournalCorrupt;
}
