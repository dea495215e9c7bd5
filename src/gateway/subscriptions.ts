import { assert } from '../lib/assert.js';
import type { Clock } from '../lib/clock.js';
import { isPlanted } from '../lib/planted.js';
import { downNumbers } from '../protocol/down.js';
import type { Position, Subscribe, Unsubscribe } from '../protocol/up.js';
import type { Correlation, ShardPort } from '../shard/port.js';
import { frameNumber, framePosition } from './frame-head.js';
import { gatewayLimits } from './limits.js';
import type { Outbox } from './outbox.js';
import type { PendingReads, Resync, Watch } from './pending-reads.js';
import type { Replies } from './replies.js';
import type { Session } from './session.js';
import type { Subscription } from './subscription.js';
import type { Topics } from './topics.js';

const unknownPosition: Position = [0, 0];

/**
 * Who watches what. Each subscription is one watcher in its event's shard, from the accepted `watch` to the `unwatch`.
 *
 *     subscribe ─► watch ──► [frame 4, snapshot or deltas], joins the topic in the same call ─► every later delta
 *     falls behind ─► no deltas ─► drained ─► snapshot asked ──► snapshot sent, fresh in the same call ─► every later delta
 *
 * What a shard sends is one ordered stream, so joining "in the same call" means that no delta is lost and none comes twice.
 */
export class Subscriptions {
  readonly #shards: ShardPort;
  readonly #topics: Topics;
  readonly #reads: PendingReads;
  readonly #outbox: Outbox;
  readonly #replies: Replies;
  readonly #clock: Clock;
  #count = 0;
  #resyncs = 0;

  constructor(shards: ShardPort, topics: Topics, reads: PendingReads, outbox: Outbox, replies: Replies, clock: Clock) {
    this.#shards = shards;
    this.#topics = topics;
    this.#reads = reads;
    this.#outbox = outbox;
    this.#replies = replies;
    this.#clock = clock;
  }

  get count(): number {
    return this.#count;
  }

  get resyncs(): number {
    return this.#resyncs;
  }

  subscribe(session: Session, { reqId, eventId, position }: Subscribe): void {
    const most = gatewayLimits.subscriptionsPerSocketMax;
    const others = session.subscriptions.has(eventId) ? 0 : session.subscriptions.size;
    if (others + session.pendingWatches.length >= most) {
      const message = `Cannot subscribe as this socket has too many subscriptions: at most ${most} are allowed`;
      this.#replies.reject(session, reqId, 'limit_exceeded', message);
      return;
    }
    const watch: Watch = { kind: 'watch', eventId, session, reqId, unsubscribes: [] };
    session.pendingWatches.push(watch);
    const correlation = this.#reads.add(watch, this.#clock.monotonicMs());
    this.#shards.watch({ correlation, reqId, eventId, position });
  }

  unsubscribe(session: Session, { reqId, eventId }: Unsubscribe): void {
    const pending = session.pendingWatches.findLast((watch) => watch.eventId === eventId);
    if (pending === undefined) this.#end(session, eventId, reqId);
    else pending.unsubscribes.push(reqId);
  }

  /** The answer to a `watch`, perhaps after its client was told `unavailable`, or has gone. */
  onSubscribed(correlation: Correlation, accepted: boolean, frames: readonly Uint8Array[]): void {
    const watch = this.#reads.take(correlation);
    if (watch === undefined) {
      const eventId = this.#reads.takeAbandonedWatch(correlation);
      if (accepted && eventId !== undefined) this.#shards.unwatch(eventId);
      return;
    }
    assert(watch.kind === 'watch', `Cannot subscribe as nothing of the kind was asked: correlation is ${correlation}`);
    if (!watch.session.isOpen) {
      if (accepted) this.#shards.unwatch(watch.eventId);
      return;
    }
    for (const frame of frames) this.#outbox.forward(watch.session, frame);
    if (accepted) this.#start(watch, frames[0]);
    this.#settle(watch);
  }

  watchUnanswered(watch: Watch): void {
    if (!watch.session.isOpen) return;
    this.#replies.unavailable(watch.session, watch.reqId);
    this.#settle(watch);
  }

  /** The socket takes frames again: those of its subscriptions that missed deltas get a snapshot. */
  drained(session: Session): void {
    for (const subscription of session.subscriptions.values()) {
      if (subscription.state === 'stale') this.#resync(subscription);
    }
  }

  /** For those whose snapshot could not be had the last time. */
  retryResyncs(): void {
    for (const subscription of this.#topics.behind) {
      if (subscription.state === 'stale' && subscription.session.behindSinceMs === null) this.#resync(subscription);
    }
  }

  /** @param frame frame 2, or frame 5; null: there was no answer */
  resynced({ subscription }: Resync, frame: Uint8Array | null): void {
    // A snapshot for everyone may have come before this one, and the client may have unsubscribed or gone.
    const { session, topic } = subscription;
    if (subscription.state !== 'resyncing' || session.subscriptions.get(topic.eventId) !== subscription) return;
    const isSnapshot = frame !== null && frameNumber(frame) === downNumbers.snapshot;
    if (!isSnapshot || !this.#outbox.keepsUp(session)) {
      this.#topics.setState(subscription, 'stale');
      return;
    }
    this.#topics.setState(subscription, 'fresh');
    if (!isPlanted('resync-without-snapshot')) this.#outbox.forward(session, frame);
    this.#resyncs += 1;
  }

  sessionClosed(session: Session): void {
    for (const subscription of session.subscriptions.values()) {
      this.#topics.leave(subscription);
      this.#shards.unwatch(subscription.topic.eventId);
    }
    this.#count -= session.subscriptions.size;
    session.subscriptions.clear();
    // Those without an answer yet: `onSubscribed` finds the session closed.
    session.pendingWatches.length = 0;
  }

  #start({ session, eventId }: Watch, acceptedFrame: Uint8Array | undefined): void {
    const position = acceptedFrame === undefined ? unknownPosition : framePosition(acceptedFrame);
    const before = session.subscriptions.get(eventId);
    const subscription = this.#topics.join(session, eventId, position);
    session.subscriptions.set(eventId, subscription);
    this.#count += 1;
    if (before !== undefined) this.#leave(before);
  }

  #settle(watch: Watch): void {
    const { pendingWatches } = watch.session;
    const at = pendingWatches.indexOf(watch);
    if (at !== -1) pendingWatches.splice(at, 1);
    for (const reqId of watch.unsubscribes) this.#end(watch.session, watch.eventId, reqId);
  }

  /** Answers an `unsubscribe`, whether or not there is a subscription. */
  #end(session: Session, eventId: string, reqId: number): void {
    const subscription = session.subscriptions.get(eventId);
    this.#replies.accept(session, reqId, subscription?.topic.position ?? unknownPosition);
    if (subscription === undefined) return;
    session.subscriptions.delete(eventId);
    this.#leave(subscription);
  }

  #leave(subscription: Subscription): void {
    this.#count -= 1;
    this.#topics.leave(subscription);
    this.#shards.unwatch(subscription.topic.eventId);
  }

  #resync(subscription: Subscription): void {
    const { eventId } = subscription.topic;
    this.#topics.setState(subscription, 'resyncing');
    const correlation = this.#reads.add({ kind: 'resync', eventId, subscription }, this.#clock.monotonicMs());
    this.#shards.snapshot(correlation, eventId);
  }
}
