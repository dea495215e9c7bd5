import { TokenBucket } from './token-bucket.js';

/** A bucket holds twice what a second brings, so it is full again after this long. */
const fullAfterMs = 2000;

interface HolderRate {
  readonly bucket: TokenBucket;
  usedAtMs: number;
}

/**
 * How fast each holder may ask over REST, where there is no socket to count for. A bucket that nobody used for as long as it
 * takes to fill is full: forgetting it changes nothing, so no more are kept than holders who asked just now.
 */
export class HolderRates {
  readonly #perSecond: number;
  /** The least recently used first. */
  readonly #rates = new Map<string, HolderRate>();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  get count(): number {
    return this.#rates.size;
  }

  /** 0 where the holder may ask now, else milliseconds until he may. */
  take(holderId: string, nowMs: number): number {
    this.#forgetFull(nowMs);
    const known = this.#rates.get(holderId);
    const bucket = known?.bucket ?? new TokenBucket(this.#perSecond, this.#perSecond * 2, nowMs);
    this.#rates.delete(holderId);
    this.#rates.set(holderId, { bucket, usedAtMs: nowMs });
    return bucket.take(nowMs) ? 0 : Math.max(1, bucket.retryAfterMs());
  }

  #forgetFull(nowMs: number): void {
    for (const [holderId, { usedAtMs }] of this.#rates) {
      if (nowMs - usedAtMs < fullAfterMs) return;
      this.#rates.delete(holderId);
    }
  }
}
