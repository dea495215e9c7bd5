import type { SeatMapChange } from './seat-map-model.js';

interface Waiting {
  resolve(result: IteratorResult<SeatMapChange, undefined>): void;
  reject(error: Error): void;
}

/**
 * Changes for a `for await` loop. A loop that is slower than the changes gets them merged: it never falls behind by more
 * than one, and nothing piles up.
 */
export class ChangeStream implements AsyncIterableIterator<SeatMapChange> {
  #unread: SeatMapChange | null = null;
  #ended = false;
  #onReturn: (stream: ChangeStream) => void;
  #failure: Error | null = null;
  readonly #waiting: Waiting[] = [];

  constructor(onReturn: (stream: ChangeStream) => void) {
    this.#onReturn = onReturn;
  }

  push(change: SeatMapChange): void {
    const next = this.#waiting.shift();
    if (next !== undefined) next.resolve({ done: false, value: change });
    else this.#unread = this.#unread === null ? change : mergedChange(this.#unread, change);
  }

  end(): void {
    this.#ended = true;
    for (const waiting of this.#waiting.splice(0)) waiting.resolve({ done: true, value: undefined });
  }

  /** The loop throws, once it has had what came before. */
  fail(error: Error): void {
    const next = this.#waiting.shift();
    if (next !== undefined) next.reject(error);
    else this.#failure = error;
    this.end();
  }

  next(): Promise<IteratorResult<SeatMapChange, undefined>> {
    const value = this.#unread;
    if (value !== null) {
      this.#unread = null;
      return Promise.resolve({ done: false, value });
    }
    const failure = this.#failure;
    if (failure !== null) {
      this.#failure = null;
      return Promise.reject(failure);
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<SeatMapChange, undefined>> {
    this.#unread = null;
    this.#failure = null;
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
