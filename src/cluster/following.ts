import type { Correlation, WatchRequest } from '../actor/mail.js';
import type { Position } from '../protocol/up.js';
import type { ShardListener } from '../shard/port.js';
import type { Carrier } from './carrier.js';
import { channelOf, decodePublication, eventOf } from './event-channel.js';
import { FollowedEvent } from './followed-event.js';
import type { LinkRecord } from './link-message.js';

/** An event that no socket watches any more is followed for so long: people reload pages. */
const lingerMs = 10_000;
/** How often the owner hears that we still follow, and how far. It forgets who is silent for five of these. */
const reportEveryMs = 1_000;
/** It answers each of them. */
const ownerSilenceMaxMs = 3 * reportEveryMs;

/** This node's own sockets, as the gateway knows them. */
export interface LocalSockets {
  /** How many watch each event. */
  watchers(): Iterable<readonly [eventId: string, watchers: number]>;
  watchersOf(eventId: string): number;
  /** Whose they are. */
  holdersOf(eventId: string): ReadonlySet<string>;
  /** Whether the holder has any. */
  hasHolder(holderId: string): boolean;
}

export interface FollowingOptions {
  readonly carrier: Carrier;
  listener(): ShardListener;
  sockets(): LocalSockets;
  /** To whoever has the event, as far as is known. */
  tellOwner(eventId: string, record: LinkRecord): void;
}

interface Followed {
  readonly event: FollowedEvent;
  /** Holders that the owner was told of. */
  holders: ReadonlySet<string>;
  reportedMs: number;
  /** When its owner last said anything of it. */
  heardMs: number;
  watchedMs: number;
}

/** The events of other nodes that sockets of this one watch. */
export class Following {
  readonly #followed = new Map<string, Followed>();

  constructor(private readonly options: FollowingOptions) {}

  get count(): number {
    return this.#followed.size;
  }

  has(eventId: string): boolean {
    return this.#followed.has(eventId);
  }

  /** Those that sockets watch. */
  watched(): string[] {
    return [...this.#followed.keys()].filter((eventId) => this.options.sockets().watchersOf(eventId) > 0);
  }

  watch(request: WatchRequest, nowMs: number): void {
    this.#follow(request.eventId, nowMs).watch(request);
  }

  /** Sockets here have watched the event while this node had it. */
  goOn(eventId: string, nowMs: number): void {
    this.#follow(eventId, nowMs).expectsSockets = true;
  }

  /** Begins to follow, where that has not begun yet. The owner is asked once the event's channel is listened to. */
  #follow(eventId: string, nowMs: number): FollowedEvent {
    const known = this.#followed.get(eventId);
    if (known !== undefined) {
      known.watchedMs = nowMs;
      return known.event;
    }
    const event = new FollowedEvent(eventId, {
      listener: this.options.listener(),
      ask: (_, position) => this.#ask(eventId, position),
    });
    this.#followed.set(eventId, { event, holders: new Set(), reportedMs: nowMs, heardMs: nowMs, watchedMs: nowMs });
    this.options.carrier.listen(channelOf(eventId));
    return event;
  }

  /** Returns whether it was answered. */
  snapshot(correlation: Correlation, eventId: string): boolean {
    return this.#followed.get(eventId)?.event.snapshot(correlation) ?? false;
  }

  /** The event has another owner, or the one that it has does not know us. */
  askAgain(eventId: string, nowMs: number): void {
    this.#followed.get(eventId)?.event.ask(nowMs);
  }

  onListening(channel: string, nowMs: number): void {
    const eventId = eventOf(channel);
    if (eventId !== null) this.askAgain(eventId, nowMs);
  }

  onFollowed(eventId: string, frames: readonly Uint8Array[], nowMs: number): void {
    this.heard(eventId, nowMs);
    this.#followed.get(eventId)?.event.onFollowed(frames);
  }

  /** The owner has spoken of the event. */
  heard(eventId: string, nowMs: number): void {
    const followed = this.#followed.get(eventId);
    if (followed !== undefined) followed.heardMs = nowMs;
  }

  /** Its owner lives, as far as is known, and says nothing: it or the way to it is cut off. */
  isSilent(eventId: string, nowMs: number): boolean {
    const followed = this.#followed.get(eventId);
    return followed !== undefined && nowMs - followed.heardMs > ownerSilenceMaxMs;
  }

  /** @param owner whose publications count: an older owner's may still be on their way */
  onMessage(channel: string, message: Uint8Array, owner: (eventId: string) => string | null, nowMs: number): void {
    const eventId = eventOf(channel);
    const publication = eventId === null ? null : decodePublication(message);
    if (eventId === null || publication === null || publication.sender !== owner(eventId)) return;
    this.heard(eventId, nowMs);
    this.#followed.get(eventId)?.event.onPublished(publication.frame, nowMs);
  }

  /** This node has the event itself: gives back who waits for a map. */
  end(eventId: string): readonly WatchRequest[] {
    const followed = this.#followed.get(eventId);
    if (followed === undefined) return [];
    this.#followed.delete(eventId);
    this.options.carrier.unlisten(channelOf(eventId));
    return followed.event.end();
  }

  tick(nowMs: number): void {
    for (const [eventId, followed] of this.#followed) {
      const isWanted = this.options.sockets().watchersOf(eventId) > 0 || followed.event.waitingCount > 0;
      if (isWanted) followed.watchedMs = nowMs;
      else if (nowMs - followed.watchedMs > lingerMs) {
        this.options.tellOwner(eventId, { kind: 'unfollow', eventId });
        this.end(eventId);
        continue;
      }
      followed.event.tick(nowMs);
      this.#report(eventId, followed, nowMs);
    }
  }

  #report(eventId: string, followed: Followed, nowMs: number): void {
    const { position, isFollowing } = followed.event;
    if (!isFollowing || position === null) return;
    const holders = new Set(this.options.sockets().holdersOf(eventId));
    const came = [...holders].filter((holderId) => !followed.holders.has(holderId));
    const left = [...followed.holders].filter((holderId) => !holders.has(holderId));
    if (came.length + left.length > 0) this.options.tellOwner(eventId, { kind: 'holders', eventId, came, left });
    followed.holders = holders;
    if (nowMs - followed.reportedMs < reportEveryMs) return;
    followed.reportedMs = nowMs;
    this.options.tellOwner(eventId, { kind: 'following', eventId, position, holders: holders.size });
  }

  #ask(eventId: string, position: Position | null): void {
    const followed = this.#followed.get(eventId);
    if (followed === undefined) return;
    followed.holders = new Set(this.options.sockets().holdersOf(eventId));
    this.options.tellOwner(eventId, { kind: 'follow', eventId, position, holders: [...followed.holders] });
  }
}
