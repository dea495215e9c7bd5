import { isPlanted } from '../lib/planted.js';
import type { Timers } from '../lib/timers.js';
import type { Carrier } from './carrier.js';
import { decodeLinkMessage, encodeLinkMessage, type LinkMessage, type LinkRecord } from './link-message.js';

export interface PeerLinkOptions {
  /** This node's incarnation. */
  readonly own: string;
  readonly carrier: Carrier;
  readonly timers: Timers;
  /** Postgres' time. */
  readonly nowMs: () => number;
  /** Hears each message once, in the order in which it was sent. */
  readonly onMessage: (message: LinkMessage) => void;
  /** The message with that number has reached nobody, nor will. */
  readonly onUnheard: (linkSeq: number, records: readonly LinkRecord[]) => void;
}

/** Where other nodes reach one: by its incarnation, so that nothing sent to its predecessor finds it. */
export function inboxOf(incarnation: string): string {
  return `node:${incarnation}`;
}

/** Senders whose last message is remembered. More than one installation's nodes in a long evening of restarts. */
const heardMax = 1_024;

/**
 * Messages to and from other nodes, by incarnation. What is said to one node within a turn leaves as one message at its end. All
 * that a node sends is numbered in one row, whoever it is for: neither end needs to know for how long the other has been there.
 *
 *     sender   1 ── 2 ── 3 ─────── 4
 *     arrives  1 ── 3 ── 2 ── 3 ── 4      3 is taken, 2 and the second 3 are dropped: they are no later than what came
 */
export class PeerLink {
  readonly #outgoing = new Map<string, { readonly linkSeq: number; readonly records: LinkRecord[] }>();
  #lastSeq = 0;
  /** By sender; who was heard last comes last. */
  readonly #heardSeqs = new Map<string, number>();
  /** For the metrics: sums since the start. */
  readonly stats = { messagesSent: 0, messagesLost: 0, messagesHeard: 0, messagesDropped: 0 };

  constructor(private readonly options: PeerLinkOptions) {
    options.carrier.listen(inboxOf(options.own));
  }

  get isUp(): boolean {
    return this.options.carrier.isUp;
  }

  /** Adds to this turn's message, whose number it returns. The record's bytes must not change any more. */
  tell(incarnation: string, record: LinkRecord): number {
    const outgoing = this.#outgoing.get(incarnation);
    if (outgoing !== undefined) {
      outgoing.records.push(record);
      return outgoing.linkSeq;
    }
    if (this.#outgoing.size === 0) this.options.timers.soon(() => this.#flush());
    this.#lastSeq += 1;
    this.#outgoing.set(incarnation, { linkSeq: this.#lastSeq, records: [record] });
    return this.#lastSeq;
  }

  /** A message from the carrier. */
  receive(bytes: Uint8Array): void {
    const message = decodeLinkMessage(bytes);
    const isNews =
      message !== null &&
      message.receiver === this.options.own &&
      this.#isNews(message.linkSeq, this.#heardSeqs.get(message.sender) ?? 0);
    if (!isNews) {
      this.stats.messagesDropped += 1;
      return;
    }
    this.#remember(message);
    this.stats.messagesHeard += 1;
    this.options.onMessage(message);
  }

  #isNews(linkSeq: number, heardSeq: number): boolean {
    if (isPlanted('link-repeat-heard') && linkSeq === heardSeq) return true;
    if (isPlanted('link-order-ignored') && linkSeq < heardSeq) return true;
    return linkSeq > heardSeq;
  }

  /** Also those whose lease has run out: it may be renewed. */
  #remember({ sender, linkSeq }: LinkMessage): void {
    this.#heardSeqs.delete(sender);
    this.#heardSeqs.set(sender, linkSeq);
    if (this.#heardSeqs.size <= heardMax) return;
    for (const [longestSilent] of this.#heardSeqs) {
      this.#heardSeqs.delete(longestSilent);
      return;
    }
  }

  #flush(): void {
    const { carrier, own, nowMs, onUnheard } = this.options;
    const outgoing = [...this.#outgoing];
    this.#outgoing.clear();
    for (const [receiver, { linkSeq, records }] of outgoing) {
      const bytes = encodeLinkMessage({ sender: own, receiver, linkSeq, sentAtMs: nowMs(), records });
      const isSent = carrier.send(inboxOf(receiver), bytes, () => onUnheard(linkSeq, records));
      if (isSent) this.stats.messagesSent += 1;
      else this.stats.messagesLost += 1;
    }
  }
}
