import { Fifo } from '../../lib/fifo.js';
import { Problem } from '../problem.js';

const waitingMax = 64;
const retryAfterMs = 1000;

/** Lets a few of what is large be done at a time; the others wait for their turn, first come, first served. */
export class Lanes {
  readonly #waiting = new Fifo<() => void>();
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** @throws Problem `busy` where too many wait already */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= waitingMax) {
      throw new Problem('busy', 'Cannot accept the chart as too many others are being read', { retryAfterMs });
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
