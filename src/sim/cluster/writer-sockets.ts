import type { LocalSockets } from '../../cluster/following.js';

/** Those who watch events of a node and write to it without a gateway, by event and holder. */
export class WriterSockets implements LocalSockets {
  readonly #watching = new Map<string, Map<string, number>>();

  joined(eventId: string, holderId: string): void {
    const holders = this.#watching.get(eventId) ?? new Map<string, number>();
    this.#watching.set(eventId, holders);
    holders.set(holderId, (holders.get(holderId) ?? 0) + 1);
  }

  left(eventId: string, holderId: string): void {
    const holders = this.#watching.get(eventId);
    const count = holders?.get(holderId) ?? 0;
    if (count > 1) holders?.set(holderId, count - 1);
    else holders?.delete(holderId);
    if (holders?.size === 0) this.#watching.delete(eventId);
  }

  *watchers(): Generator<readonly [eventId: string, watchers: number]> {
    for (const eventId of this.#watching.keys()) yield [eventId, this.watchersOf(eventId)];
  }

  watchersOf(eventId: string): number {
    let watchers = 0;
    for (const count of this.#watching.get(eventId)?.values() ?? []) watchers += count;
    return watchers;
  }

  holdersOf(eventId: string): ReadonlySet<string> {
    return new Set(this.#watching.get(eventId)?.keys());
  }

  hasHolder(holderId: string): boolean {
    for (const holders of this.#watching.values()) if (holders.has(holderId)) return true;
    return false;
  }
}

/** The sockets of both: of those who write to the node without a gateway, and of the gateway. */
export function both(one: LocalSockets, other: LocalSockets): LocalSockets {
  return {
    *watchers() {
      const eventIds = new Set([...one.watchers(), ...other.watchers()].map(([eventId]) => eventId));
      for (const eventId of eventIds) yield [eventId, one.watchersOf(eventId) + other.watchersOf(eventId)] as const;
    },
    watchersOf: (eventId) => one.watchersOf(eventId) + other.watchersOf(eventId),
    holdersOf: (eventId) => new Set([...one.holdersOf(eventId), ...other.holdersOf(eventId)]),
    hasHolder: (holderId) => one.hasHolder(holderId) || other.hasHolder(holderId),
  };
}
