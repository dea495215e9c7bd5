import type { Log } from '../observability/log.js';

interface Step {
  readonly what: string;
  readonly run: () => Promise<void>;
}

/** What was started, to be ended in the opposite order. A step that fails does not keep the others from their turn. */
export class CleanUp {
  readonly #steps: Step[] = [];

  constructor(private readonly log: Log) {}

  add(what: string, run: () => Promise<void>): void {
    this.#steps.push({ what, run });
  }

  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step.run();
      } catch (error) {
        this.log.warn({ error }, `Cannot end ${step.what} in order`);
      }
    }
  }
}
