import { EventEmitter } from 'node:events';
import type { CarrierListener } from '../carrier.js';

export type Entry =
  | { readonly what: 'up' | 'down' }
  | { readonly what: 'listening'; readonly channel: string }
  | { readonly what: 'message'; readonly channel: string; readonly message: Uint8Array };

/** Writes down what a carrier tells, in order, and lets a test wait for an entry. */
export class CarrierDiary implements CarrierListener {
  readonly entries: Entry[] = [];
  readonly #news = new EventEmitter();

  onUp(): void {
    this.#write({ what: 'up' });
  }

  onDown(): void {
    this.#write({ what: 'down' });
  }

  onListening(channel: string): void {
    this.#write({ what: 'listening', channel });
  }

  onMessage(channel: string, message: Uint8Array): void {
    this.#write({ what: 'message', channel, message });
  }

  /** Resolves when `count` entries from `from` on are of the kind (and of the channel). */
  until(what: Entry['what'], options: { count?: number; channel?: string; from?: number } = {}): Promise<void> {
    const { count = 1, channel, from = 0 } = options;
    let [missing, place] = [count, from];
    // While Redis is away, only timers that keep no process alive may be pending.
    const awake = new MessageChannel();
    awake.port1.ref();
    return new Promise((resolve) => {
      const look = (): void => {
        for (; place < this.entries.length; place++) if (matches(this.entries[place], what, channel)) missing -= 1;
        if (missing > 0) return;
        this.#news.off('entry', look);
        awake.port1.close();
        resolve();
      };
      this.#news.on('entry', look);
      look();
    });
  }

  /** The messages of a channel, as text. */
  texts(channel: string): readonly string[] {
    return this.messages(channel).map((message) => new TextDecoder().decode(message));
  }

  messages(channel: string): readonly Uint8Array[] {
    return this.entries.flatMap((entry) =>
      entry.what === 'message' && entry.channel === channel ? [entry.message] : [],
    );
  }

  /** The kinds of all entries from `from` on but messages: `up`, `listening a`, `down`. */
  story(from = 0): readonly string[] {
    return this.entries
      .slice(from)
      .flatMap((entry) =>
        entry.what === 'message' ? [] : [entry.what === 'listening' ? `listening ${entry.channel}` : entry.what],
      );
  }

  #write(entry: Entry): void {
    this.entries.push(entry);
    this.#news.emit('entry');
  }
}

function matches(entry: Entry | undefined, what: Entry['what'], channel: string | undefined): boolean {
  if (entry?.what !== what) return false;
  return channel === undefined || ('channel' in entry && entry.channel === channel);
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
