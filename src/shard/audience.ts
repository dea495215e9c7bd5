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
    // None: the event has moved to another node while this was on its way.
    if (count <= 1) this.#counts.delete(eventId);
    else this.#counts.set(eventId, count - 1);
  }

  /** They have watched the event before: another thread knew of them, or another node. Others may have come here meanwhile. */
  came(eventId: string, watchers: number): void {
    this.#counts.set(eventId, this.watchersOf(eventId) + watchers);
  }

  /** The event is another node's: its watchers go there. */
  forget(eventId: string): void {
    this.#counts.delete(eventId);
  }

  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }
}
