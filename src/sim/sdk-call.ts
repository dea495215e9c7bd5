import type { AbortSignalLike, CommandOptions, UsherClient } from '../client/client.js';
import type { AcceptedBody } from '../protocol/down.js';
import type { Command } from '../seatmap/command.js';

/** The caller's second thoughts. */
export class Abort implements AbortSignalLike {
  static readonly reason = new Error('the buyer thought better of it');
  aborted = false;
  readonly reason = Abort.reason;
  readonly #listeners = new Set<() => void>();

  addEventListener(_: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  now(): void {
    this.aborted = true;
    for (const listener of this.#listeners) listener();
  }
}

/** The command as a call of the SDK. */
export function call(
  client: UsherClient,
  eventId: string,
  command: Command,
  options: CommandOptions,
): Promise<AcceptedBody> {
  switch (command.kind) {
    case 'hold':
      return client.hold(eventId, command.seats, options);
    case 'holdBest': {
      const { quantity, together, near } = command.wish;
      return client.holdBest(eventId, { quantity, together, ...(near === null ? {} : { near }) }, options);
    }
    case 'holdArea':
      return client.holdArea(eventId, command.places.area, command.places.quantity, options);
    case 'extend':
      return client.extend(eventId, command.holdId, options);
    case 'release': {
      const { holdId, seats, quantity } = command;
      const what = seats ?? (quantity === null ? undefined : { quantity });
      return client.release(eventId, holdId, what, options);
    }
    case 'confirm':
      return client.confirm(eventId, command.holdId, command.orderRef, options);
    default:
      throw new Error(`Cannot ask for it with the SDK: kind is ${command.kind}`);
  }
}
