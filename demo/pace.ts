/** The time of the simulated people: faster than ours by a factor, and over at once when the demo ends. */
export class Pace {
  readonly #speed: number;
  readonly #wakers = new Set<() => void>();
  #isOver = false;
  /** Resolves when the demo ends. */
  readonly over: Promise<void>;
  #tellOver: () => void = () => {};

  constructor(speed: number) {
    this.#speed = speed;
    this.over = new Promise((resolve) => {
      this.#tellOver = resolve;
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves when the time has passed, or the demo ends. */
  pause(durationMs: number): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, durationMs / this.#speed);
      this.#wakers.add(wake);
    });
  }

  end(): void {
    this.#isOver = true;
    this.#tellOver();
    for (const wake of this.#wakers) wake();
  }
}
