import assert from 'node:assert/strict';
import { eventOf } from '../../cluster/event-channel.js';
import { decodeLinkMessage, type LinkMessage, type LinkRecord } from '../../cluster/link-message.js';
import { decodeMsgpack } from '../../protocol/msgpack.js';
import { readDown } from '../../protocol/read-down.js';
import { PackedReader } from '../../shard/packed.js';
import { readMail } from '../../shard/requests.js';
import { storeOffsetMs } from '../sim-node.js';
import type { Sometimes } from '../sometimes.js';
import type { World } from '../world.js';

/** A command is dropped this much before its asker gives up: decision 11, point 9. */
const clockMarginMs = 500;

/**
 * Looks on at what nodes say to each other, and holds them to decision 11, point 9: what came again, out of order or late is
 * not answered. (What was told `unavailable` may have been refused since, and a refusal has no effect, ever: I7.)
 */
export class LinkWatch {
  /** By sender and receiver. */
  readonly #heardSeqs = new Map<string, number>();
  /** Requests that may be answered, by owner, asker and correlation. */
  readonly #mayAnswer = new Map<string, number>();
  /** By receiver and event. */
  readonly #followed = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly sometimes: Sometimes,
  ) {}

  /** A node is about to hear a message. */
  hears(incarnation: string, channel: string, bytes: Uint8Array): void {
    const message = eventOf(channel) === null ? decodeLinkMessage(bytes) : null;
    if (message === null) return;
    assert.equal(message.receiver, incarnation, 'a message reaches another incarnation than it was sent to');
    const { sender, linkSeq } = message;
    const way = `${sender} ${incarnation}`;
    const heardSeq = this.#heardSeqs.get(way) ?? 0;
    if (linkSeq <= heardSeq) {
      this.sometimes.hit(linkSeq === heardSeq ? 'cluster: repeated message dropped' : 'cluster: older message dropped');
      return;
    }
    this.#heardSeqs.set(way, linkSeq);
    for (const record of message.records) this.#hears(message, record);
  }

  /** A node has sent a message. */
  sent(channel: string, bytes: Uint8Array): void {
    const message = eventOf(channel) === null ? decodeLinkMessage(bytes) : null;
    if (message === null) return;
    const { sender, receiver, records } = message;
    for (const record of records) {
      if (record.kind !== 'answer' && record.kind !== 'snapshot') continue;
      const key = `${sender} ${receiver} ${record.correlation}`;
      const times = this.#mayAnswer.get(key) ?? 0;
      assert.ok(times > 0, '[I7] a request is answered that came again, out of order or late');
      this.#mayAnswer.set(key, times - 1);
    }
  }

  #hears({ sender, receiver, sentAtMs }: LinkMessage, record: LinkRecord): void {
    const { sometimes } = this;
    switch (record.kind) {
      case 'mail': {
        const ageMs = this.world.nowMs + storeOffsetMs - sentAtMs;
        if (ageMs >= record.patienceMs - clockMarginMs) {
          sometimes.hit('cluster: late command dropped');
          return;
        }
        const key = `${receiver} ${sender} ${readMail(new PackedReader(record.mail)).correlation}`;
        this.#mayAnswer.set(key, (this.#mayAnswer.get(key) ?? 0) + 1);
        return;
      }
      case 'answer': {
        const isAccepted = readDown(decodeMsgpack(record.frame))?.[0] === 4;
        sometimes.hit(isAccepted ? 'cluster: forwarded command accepted' : 'cluster: forwarded command refused');
        return;
      }
      case 'bounced':
        if (record.owner !== null) sometimes.hit('cluster: forwarded command sent on to the next owner');
        return;
      case 'followed':
        this.#noteFollowed(receiver, record.eventId);
        return;
      case 'notFollowed':
        if (record.owner !== null) sometimes.hit('cluster: a followed event moved');
        return;
      case 'notify': {
        const isEnd = readDown(decodeMsgpack(record.frame))?.[0] === 6;
        sometimes.hit(isEnd ? 'cluster: frame 6 for another node' : 'cluster: frame 9 for another node');
        return;
      }
      default:
    }
  }

  #noteFollowed(receiver: string, eventId: string): void {
    const key = `${receiver} ${eventId}`;
    if (this.#followed.has(key)) this.sometimes.hit('cluster: a map followed anew');
    this.#followed.add(key);
  }
}
