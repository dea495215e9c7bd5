import type { Buyer, Strategy } from '../buyer.js';
import { Deferred } from '../deferred.js';

/** A strategy that tells when so many commands were answered, and leaves the deciding to another. */
export class Counting implements Strategy {
  private readonly enough = new Deferred<void>();

  constructor(
    private readonly inner: Strategy,
    private answersLeft: number,
  ) {}

  get reached(): Promise<void> {
    return this.enough.promise;
  }

  onHeld(buyer: Buyer, lane: number, nowMs: number): void {
    this.count();
    this.inner.onHeld(buyer, lane, nowMs);
  }

  onReleased(buyer: Buyer, lane: number, nowMs: number): void {
    this.count();
    this.inner.onReleased(buyer, lane, nowMs);
  }

  onRefused(buyer: Buyer, lane: number, nowMs: number): void {
    this.count();
    this.inner.onRefused(buyer, lane, nowMs);
  }

  private count(): void {
    this.answersLeft--;
    if (this.answersLeft === 0) this.enough.resolve();
  }
}
