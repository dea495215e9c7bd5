import { assert } from '../lib/assert.js';

/** How many sockets of this node watch each event. */
export class WatcherCounts {
  readonly #counts = new Map<string, number>();

  watchersOf(eventId: string): number {
    return this.#counts.get(eventId) ?? 0;
  }

  joined(eventId: string): void {
    this.#counts.set(eventId, this.watchersOf(eventId) + 1);
  }

  left(eventId: string): void {
    const count = this.watchersOf(eventId);
    assert(count > 0, `Cannot take a watcher away as the event has none: eventId is ${eventId}`);
    if (count === 1) this.#counts.delete(eventId);
    else this.#counts.set(eventId, count - 1);
  }

  restore(eventId: string, watchers: number): void {
    this.#counts.set(eventId, watchers);
  }

  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }
}
