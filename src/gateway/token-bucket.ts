/** A rate limit for one client: two numbers. Filled at a steady rate up to a bound, emptied by one for each message. */
export class TokenBucket {
  #tokens: number;
  #filledAtMs: number;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    nowMs: number,
  ) {
    this.#tokens = burst;
    this.#filledAtMs = nowMs;
  }

  /** Whether a message may pass now. */
  take(nowMs: number): boolean {
    const filled = this.#tokens + ((nowMs - this.#filledAtMs) * this.perSecond) / 1000;
    this.#tokens = filled > this.burst ? this.burst : filled;
    this.#filledAtMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** After a refusal: milliseconds until one may pass again. */
  retryAfterMs(): number {
    return Math.ceil(((1 - this.#tokens) * 1000) / this.perSecond);
  }
}
