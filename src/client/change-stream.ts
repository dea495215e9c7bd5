import type { SeatMapChange } from './seat-map-model.js';

/**
 * Changes for a `for await` loop. A loop that is slower than the changes gets them merged: it never falls behind by more
 * than one, and nothing piles up.
 */
export class ChangeStream implements AsyncIterableIterator<SeatMapChange> {
  #unread: SeatMapChange | null = null;
  #ended = false;
  #onReturn: (stream: ChangeStream) => void;
  readonly #waiting: ((result: IteratorResult<SeatMapChange, undefined>) => void)[] = [];

  constructor(onReturn: (stream: ChangeStream) => void) {
    this.#onReturn = onReturn;
  }

  push(change: SeatMapChange): void {
    const next = this.#waiting.shift();
    if (next !== undefined) next({ done: false, value: change });
    else this.#unread = this.#unread === null ? change : mergedChange(this.#unread, change);
  }

  end(): void {
    this.#ended = true;
    for (const waiting of this.#waiting.splice(0)) waiting({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<SeatMapChange, undefined>> {
    const value = this.#unread;
    if (value !== null) {
      this.#unread = null;
      return Promise.resolve({ done: false, value });
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<SeatMapChange, undefined>> {
    this.#unread = null;
    this.end();
    this.#onReturn(this);
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** Both, one after the other, as one change. */
function mergedChange(first: SeatMapChange, second: SeatMapChange): SeatMapChange {
  return {
    seats: [...new Set([...first.seats, ...second.seats])],
    ownHolds: first.ownHolds || second.ownHolds,
    areas: first.areas || second.areas,
  };
}
