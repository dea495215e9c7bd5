import { isPlanted } from '../lib/planted.js';
import { downNumbers } from '../protocol/down.js';
import { downToJson } from '../protocol/json.js';
import type { Position } from '../protocol/up.js';
import { frameNumber, framePosition } from './frame-head.js';
import type { Outbox } from './outbox.js';
import type { Session } from './session.js';
import type { Subscription } from './subscription.js';

/** The sockets that watch one event, by encoding. */
export interface Topic {
  readonly eventId: string;
  readonly msgpack: Set<Subscription>;
  readonly json: Set<Subscription>;
  /** Of what was last sent to all. */
  position: Position;
}

/**
 * Frames for many: encoded once for each encoding. (Not uWebSockets.js' own topics: they stop delivering to a slow socket
 * without telling anyone.)
 */
export class Topics {
  readonly #topics = new Map<string, Topic>();
  readonly #outbox: Outbox;
  /** Those that are not fresh. */
  readonly behind = new Set<Subscription>();
  #deltasSkipped = 0;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** How many sockets watch each event. */
  *watchers(): Generator<readonly [eventId: string, watchers: number]> {
    for (const { eventId, msgpack, json } of this.#topics.values()) yield [eventId, msgpack.size + json.size];
  }

  get deltasSkipped(): number {
    return this.#deltasSkipped;
  }

  watchersOf(eventId: string): number {
    const topic = this.#topics.get(eventId);
    return topic === undefined ? 0 : topic.msgpack.size + topic.json.size;
  }

  /** Sockets that watch the event. */
  sessionsOf(eventId: string): readonly Session[] {
    const topic = this.#topics.get(eventId);
    return topic === undefined ? [] : [...topic.msgpack, ...topic.json].map(({ session }) => session);
  }

  /** Whose sockets watch the event. */
  holdersOf(eventId: string): ReadonlySet<string> {
    const holders = new Set<string>();
    const topic = this.#topics.get(eventId);
    for (const subscriptions of topic === undefined ? [] : [topic.msgpack, topic.json]) {
      for (const { session } of subscriptions) if (session.holderId !== null) holders.add(session.holderId);
    }
    return holders;
  }

  /** `position`: of the frame that has just been sent to the socket. */
  join(session: Session, eventId: string, position: Position): Subscription {
    let topic = this.#topics.get(eventId);
    if (topic === undefined) {
      topic = { eventId, msgpack: new Set(), json: new Set(), position };
      this.#topics.set(eventId, topic);
    }
    topic.position = position;
    const subscription: Subscription = { session, topic, state: 'fresh' };
    topic[session.encoding].add(subscription);
    return subscription;
  }

  leave(subscription: Subscription): void {
    const { topic, session } = subscription;
    topic[session.encoding].delete(subscription);
    this.behind.delete(subscription);
    if (topic.msgpack.size + topic.json.size === 0) this.#topics.delete(topic.eventId);
  }

  setState(subscription: Subscription, state: Subscription['state']): void {
    subscription.state = state;
    if (state === 'fresh') this.behind.delete(subscription);
    else this.behind.add(subscription);
  }

  /** A delta, or a snapshot that replaces what watchers have. */
  publish(eventId: string, frame: Uint8Array): void {
    const topic = this.#topics.get(eventId);
    if (topic === undefined) return;
    topic.position = framePosition(frame);
    const isSnapshot = frameNumber(frame) === downNumbers.snapshot;
    for (const subscription of topic.msgpack) {
      if (this.#wants(subscription, isSnapshot)) this.#outbox.add(subscription.session, frame);
    }
    if (topic.json.size === 0) return;
    const text = Buffer.from(downToJson(frame));
    for (const subscription of topic.json) {
      if (this.#wants(subscription, isSnapshot)) this.#outbox.add(subscription.session, text);
    }
  }

  /** Those that fall behind get no more deltas until a snapshot has brought them up to date. */
  #wants(subscription: Subscription, isSnapshot: boolean): boolean {
    if (subscription.state === 'fresh') {
      if (this.#outbox.keepsUp(subscription.session)) return true;
      if (!isPlanted('delta-skipped-silently')) this.setState(subscription, 'stale');
    } else if (isSnapshot && this.#outbox.keepsUp(subscription.session)) {
      this.setState(subscription, 'fresh');
      return true;
    }
    this.#deltasSkipped += 1;
    return false;
  }
}
