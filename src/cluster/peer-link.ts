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
}

/** Where other nodes reach one: by its incarnation, so that nothing sent to its predecessor finds it. */
export function inboxOf(incarnation: string): string {
  return `node:${incarnation}`;
}

/** Incarnations whose last message is remembered: far more than live at the same time. */
const sendersMax = 1_000;

/**
 * Messages to and from other nodes, by incarnation. What is said to one node within a turn leaves as one message at its end.
 *
 *     sender   1 ── 2 ── 3 ─────── 4
 *     arrives  1 ── 3 ── 2 ── 3 ── 4      3 is taken, 2 and the second 3 are dropped: they are no later than what came
 */
export class PeerLink {
  readonly #outgoing = new Map<string, LinkRecord[]>();
  /** One for all receivers: a node that was taken for gone, as its lease had run out, may be back, and goes on from what it heard. */
  #sentSeq = 0;
  /** By sender, whoever was heard last at the end. */
  readonly #heardSeqs = new Map<string, number>();
  /** For the metrics: sums since the start. */
  readonly stats = { messagesSent: 0, messagesLost: 0, messagesHeard: 0, messagesDropped: 0 };

  constructor(private readonly options: PeerLinkOptions) {
    options.carrier.listen(inboxOf(options.own));
  }

  get isUp(): boolean {
    return this.options.carrier.isUp;
  }

  /** Adds to this turn's message. The record's bytes must not change until the next turn. */
  tell(incarnation: string, record: LinkRecord): void {
    const records = this.#outgoing.get(incarnation);
    if (records !== undefined) {
      records.push(record);
      return;
    }
    if (this.#outgoing.size === 0) this.options.timers.soon(() => this.#flush());
    this.#outgoing.set(incarnation, [record]);
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
    this.#remember(message.sender, message.linkSeq);
    this.stats.messagesHeard += 1;
    this.options.onMessage(message);
  }

  #isNews(linkSeq: number, heardSeq: number): boolean {
    if (isPlanted('link-repeat-heard') && linkSeq === heardSeq) return true;
    if (isPlanted('link-order-ignored') && linkSeq < heardSeq) return true;
    return linkSeq > heardSeq;
  }

  #remember(sender: string, linkSeq: number): void {
    this.#heardSeqs.delete(sender);
    this.#heardSeqs.set(sender, linkSeq);
    if (this.#heardSeqs.size <= sendersMax) return;
    for (const oldest of this.#heardSeqs.keys()) {
      this.#heardSeqs.delete(oldest);
      return;
    }
  }

  #flush(): void {
    const { carrier, own, nowMs } = this.options;
    for (const [receiver, records] of this.#outgoing) {
      this.#sentSeq += 1;
      const bytes = encodeLinkMessage({ sender: own, receiver, linkSeq: this.#sentSeq, sentAtMs: nowMs(), records });
      if (carrier.send(inboxOf(receiver), bytes)) this.stats.messagesSent += 1;
      else this.stats.messagesLost += 1;
    }
    this.#outgoing.clear();
  }
}
