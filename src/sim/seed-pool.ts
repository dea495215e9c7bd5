import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { systemTimers } from '../lib/timers.js';
import { failure, type SeedJob, type SeedOutcome } from './seed-job.js';

/** Virtual time that never ends is a violation too: no seed needs a tenth of this. */
const seedLimitMs = 60_000;

/** Runs seeds on threads of its own, by default one a core: each seed is a world of its own, so they share nothing. */
export class SeedPool {
  readonly #threads: readonly SeedThread[];

  constructor(threads = availableParallelism(), limitMs = seedLimitMs) {
    // Seeds keep all cores busy: the collector's helpers take more of the others than they save here.
    setFlagsFromString('--no-parallel-scavenge');
    this.#threads = Array.from({ length: threads }, () => new SeedThread(limitMs));
  }

  /** Runs jobs until there are no more. The next one is asked for when a thread is free, so that what is known by then counts. */
  async runAll(jobs: Generator<SeedJob>, onOutcome: (job: SeedJob, outcome: SeedOutcome) => void): Promise<void> {
    await Promise.all(
      this.#threads.map(async (thread) => {
        for (const job of jobs) onOutcome(job, await thread.run(job));
      }),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}

/** One thread, started when it is first needed, and again after it had to be ended. */
class SeedThread {
  #worker: Worker | null = null;

  constructor(private readonly limitMs: number) {}

  run(job: SeedJob): Promise<SeedOutcome> {
    const worker = (this.#worker ??= new Worker(new URL('seed-worker.js', import.meta.url)));
    return new Promise((resolve) => {
      const settle = (outcome: SeedOutcome): void => {
        timer.cancel();
        for (const name of ['message', 'error', 'exit']) worker.removeAllListeners(name);
        resolve(outcome);
      };
      const giveUp = (outcome: SeedOutcome): void => {
        settle(outcome);
        void this.close();
      };
      const timer = systemTimers.after(this.limitMs, () =>
        giveUp(
          failure(
            new Error(`Cannot wait any longer for the seed to end: ${this.limitMs} ms have passed`),
            'time limit',
          ),
        ),
      );
      worker.once('message', settle);
      // A promise that nobody waited for was rejected.
      worker.once('error', (error) => giveUp(failure(error, 'program')));
      worker.once('exit', (code) =>
        giveUp(failure(new Error(`The thread ended by itself: code is ${code}`), 'program')),
      );
      worker.postMessage(job);
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }
}
