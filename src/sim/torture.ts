/** `npm run torture`: seed after seed on all cores, for as long as one likes. `npm test` runs the small size of it. */
import { parseArgs } from 'node:util';
import { type Clock, systemClock } from '../lib/clock.js';
import { systemRandom } from '../lib/random.js';
import { UsageError } from '../lib/usage-error.js';
import { print, runProgram, wholeNumber } from './command-line.js';
import { ProgressLine } from './progress-line.js';
import type { SeedJob, SeedOutcome } from './seed-job.js';
import { SeedPool } from './seed-pool.js';
import { seededRandom } from './seeded-random.js';
import { Tally } from './tally.js';
import { violationNotice } from './violation-notice.js';

const usage = `npm run torture -- [--minutes 30] [--total OPERATIONS] [--seed S] [--workers N]

Runs seeds from --seed on, by default from a random one, on --workers threads, by default one a core, until the minutes have
passed or so many operations were simulated. Each seed is of 300 to 5,000 operations; each hundredth runs twice and must leave
the same trace. A violation is printed with the world that the seed drew and the command that runs it again. Exits with 1 where
there was any, or where a situation that a run should meet was never met. Ctrl-C ends it in order.
`;
/** A broken tree fails in every seed. */
const violationsMax = 10;
/** Below these a random start is drawn. */
const startSeedsMax = 1_000_000_000;

class Torture {
  readonly #tally = new Tally();
  readonly #startedMs: number;
  readonly #endsMs: number;
  readonly #progress: ProgressLine;
  #nextSeed: number;
  #violations = 0;
  #stopped = false;

  constructor(
    private readonly pool: SeedPool,
    private readonly firstSeed: number,
    private readonly totalOperations: number,
    minutes: number,
    private readonly clock: Clock,
  ) {
    this.#nextSeed = firstSeed;
    this.#startedMs = clock.monotonicMs();
    this.#endsMs = this.#startedMs + minutes * 60_000;
    this.#progress = new ProgressLine(process.stdout, clock);
  }

  /** Whether all went well. */
  async run(): Promise<boolean> {
    print(`Torture from seed ${this.firstSeed} on`);
    // The seeds that are under way come to their end; a second Ctrl-C does not wait for them.
    process.once('SIGINT', () => (this.#stopped = true));
    process.once('SIGTERM', () => (this.#stopped = true));
    await this.pool.runAll(this.#jobs(), (job, outcome) => this.#took(job, outcome));
    await this.pool.close();
    return this.#conclude();
  }

  *#jobs(): Generator<SeedJob> {
    while (!this.#isOver()) {
      const seed = this.#nextSeed;
      this.#nextSeed += 1;
      yield { seed, operations: operationsOf(seed), bug: null };
    }
  }

  #isOver(): boolean {
    return (
      this.#stopped ||
      this.#violations >= violationsMax ||
      this.#tally.operations >= this.totalOperations ||
      this.clock.monotonicMs() >= this.#endsMs
    );
  }

  #took(job: SeedJob, outcome: SeedOutcome): void {
    if (outcome.kind === 'failed') {
      this.#violations += 1;
      this.#progress.clear();
      print(violationNotice(job, outcome));
    } else {
      this.#tally.add(outcome.report);
    }
    this.#progress.update(() => this.#status());
  }

  #status(): string {
    const tally = this.#tally;
    const seconds = (this.clock.monotonicMs() - this.#startedMs) / 1_000;
    const perSecond = Math.round(tally.operations / seconds);
    return `${seconds.toFixed(0)} s: ${tally.seeds} seeds, ${tally.operations} operations (with reads, subscribes and repeats ${tally.begun}), ${perSecond}/s, ${tally.crashesPerThousand} crashes per 1,000 operations, ${tally.faultCount} faults, situations met ${tally.situationsMet}, ${this.#violations} violations`;
  }

  #conclude(): boolean {
    const { neverMet, tables } = this.#tally;
    this.#progress.clear();
    print(`${tables}\n\nSeeds ${this.firstSeed} to ${this.#nextSeed - 1}, ${this.#status()}`);
    if (neverMet.length > 0) print(`Never met: ${neverMet.join(', ')}`);
    const passed = this.#violations === 0 && neverMet.length === 0;
    print(`Torture ${passed ? 'PASSED' : 'FAILED'}`);
    return passed;
  }
}

/** Mostly short worlds, of which many can be met; one in ten has a long history. */
function operationsOf(seed: number): number {
  const random = seededRandom(seed);
  return random.chance(0.1) ? random.between(1_500, 5_000) : random.between(300, 1_500);
}

function minutesOf(text: string): number {
  const minutes = Number(text);
  if (minutes > 0) return minutes;
  throw new UsageError(`Cannot use --minutes as it must be a number above 0: value is ${text}`);
}

await runProgram('torture', async () => {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string' },
      total: { type: 'string' },
      seed: { type: 'string' },
      workers: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    print(usage);
    return true;
  }
  const total = values.total === undefined ? Number.POSITIVE_INFINITY : wholeNumber(values.total, 'total');
  const minutes = minutesOf(values.minutes ?? (values.total === undefined ? '30' : 'Infinity'));
  const seed = values.seed === undefined ? 1 + systemRandom.below(startSeedsMax) : wholeNumber(values.seed, 'seed');
  const pool = new SeedPool(values.workers === undefined ? undefined : wholeNumber(values.workers, 'workers'));
  return new Torture(pool, seed, total, minutes, systemClock).run();
});
