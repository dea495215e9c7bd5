const lookEveryMs = 10;

/** The longest time in which a count did not rise, to some hundredths of a second. */
export class LongestWait {
  readonly #timer: NodeJS.Timeout;
  #last = 0;
  #roseAtMs = performance.now();
  #longestMs = 0;
  #sinceBeginMs = 0;

  constructor(private readonly count: () => number) {
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
  }

  /** From here on `sinceBegin` counts. */
  begin(): void {
    this.#look();
    this.#sinceBeginMs = 0;
  }

  get sinceBegin(): number {
    this.#look();
    return this.#sinceBeginMs;
  }

  /** Returns the longest of all. */
  stop(): number {
    clearInterval(this.#timer);
    return this.#longestMs;
  }

  #look(): void {
    const [nowMs, count] = [performance.now(), this.count()];
    const waitMs = nowMs - this.#roseAtMs;
    this.#longestMs = Math.max(this.#longestMs, waitMs);
    this.#sinceBeginMs = Math.max(this.#sinceBeginMs, waitMs);
    if (count === this.#last) return;
    this.#last = count;
    this.#roseAtMs = nowMs;
  }
}
