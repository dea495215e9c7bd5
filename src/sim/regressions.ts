import type { PlantedBug } from '../lib/planted.js';

export interface Regression {
  readonly seed: number;
  readonly operations: number;
  /** What the seed said when it failed. */
  readonly found: string;
  /**
   * A seed means what it meant only as long as the draws stay as they are: a change of them rolls a new world. So the mistake is
   * kept out by what does not depend on them as well: it is planted for good, or a test of the code that had it knows it.
   */
  readonly keptBy: PlantedBug | `${'src' | 'checker'}/${string}.test.ts`;
}

/** Seeds that once failed. The tests run each of them for good. */
export const regressions: readonly Regression[] = [
  {
    seed: 700_004_651,
    operations: 1_077,
    found: '[I7] a refused command took effect: a repeat overtook the first attempt, which waited at the door',
    keptBy: 'src/actor/actor-host.test.ts',
  },
  {
    seed: 800_000_214,
    operations: 4_095,
    found:
      "after all faults ended, a command's promise is not settled: hundreds, sent at once, made the server end each link",
    keptBy: 'src/client/commands.test.ts',
  },
  {
    seed: 900_000_595,
    operations: 584,
    found: '[I14] a delta does not follow the one before: an activation that had been dropped published its map',
    keptBy: 'src/actor/ownership.test.ts',
  },
];
