import { assert } from '../lib/assert.js';
import { Fifo } from '../lib/fifo.js';

/** What may wait, least urgent first: whoever is about to pay is refused last. */
export type MailClass = 'browse' | 'hold' | 'release' | 'confirm';

/** How full the mailbox may be, in parts of its bound, for a class still to be taken in. */
const fillMax: { readonly [key in MailClass]: number } = { browse: 0.5, hold: 0.7, release: 0.9, confirm: 1 };

/** An event's queue: first in, first out, bounded. Over its bound a command is `busy`, which has no effect. */
export class Mailbox<T> {
  readonly #queue = new Fifo<T>();

  constructor(private readonly commandsMax: number) {
    assert(commandsMax > 0, `Cannot make a mailbox as its bound is not positive: commandsMax is ${commandsMax}`);
  }

  get length(): number {
    return this.#queue.length;
  }

  /** False: over the bound of its class; nothing was taken in. */
  offer(item: T, mailClass: MailClass): boolean {
    if (this.#queue.length >= this.commandsMax * fillMax[mailClass]) return false;
    this.#queue.push(item);
    return true;
  }

  shift(): T | undefined {
    return this.#queue.shift();
  }

  drain(): T[] {
    return this.#queue.drain();
  }
}
