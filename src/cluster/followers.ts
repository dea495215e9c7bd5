import type { Correlation } from '../actor/mail.js';
import { isPlanted } from '../lib/planted.js';
import { decodeMsgpack } from '../protocol/msgpack.js';
import { readDown } from '../protocol/read-down.js';
import type { Position } from '../protocol/up.js';
import type { ShardPort } from '../shard/port.js';
import type { Carrier } from './carrier.js';
import { channelOf, encodePublication } from './event-channel.js';
import type { LinkRecord } from './link-message.js';
import type { PeerLink } from './peer-link.js';

/** A follower that has not said for so long that it still follows is gone. It says so every second. */
const followerSilenceMaxMs = 5_000;

interface Follower {
  /** Holders with a socket there that watches the event. */
  readonly holders: Set<string>;
  heardMs: number;
  /** It counts as one watcher in the event's shard. */
  isWatching: boolean;
  /** Where it stood when it last spoke, and whether it had stood there before: then it misses something. */
  position: Position | null;
}

export interface FollowersOptions {
  readonly own: string;
  readonly link: PeerLink;
  readonly carrier: Carrier;
  readonly shards: ShardPort;
  newCorrelation(): Correlation;
}

/** Other nodes that follow events of this one: what they get, and which holders have sockets there. */
export class Followers {
  /** By event, then by the follower's incarnation. */
  readonly #followers = new Map<string, Map<string, Follower>>();
  /** Watches of followers that their shard has not answered yet. */
  readonly #asked = new Map<Correlation, { readonly eventId: string; readonly node: string }>();
  /** Seq that was last published, by event. */
  readonly #published = new Map<string, number>();

  constructor(private readonly options: FollowersOptions) {}

  follow(node: string, record: Extract<LinkRecord, { kind: 'follow' }>, nowMs: number): void {
    const { eventId, position, holders } = record;
    const followers = this.#followers.get(eventId) ?? new Map<string, Follower>();
    this.#followers.set(eventId, followers);
    const isWatching = followers.get(node)?.isWatching ?? false;
    followers.set(node, { holders: new Set(holders), heardMs: nowMs, isWatching, position });
    const correlation = this.options.newCorrelation();
    this.#asked.set(correlation, { eventId, node });
    this.options.shards.watch({ correlation, reqId: 0, eventId, position });
  }

  /** The shard's answer to a follower's watch. */
  onSubscribed(correlation: Correlation, accepted: boolean, frames: readonly Uint8Array[]): void {
    const asked = this.#asked.get(correlation);
    if (asked === undefined) return;
    this.#asked.delete(correlation);
    const { eventId, node } = asked;
    const follower = this.#followers.get(eventId)?.get(node);
    // One watcher a follower: that of an older watch goes, or this one where it has gone meanwhile.
    if (accepted && (follower === undefined || follower.isWatching)) this.options.shards.unwatch(eventId);
    if (follower === undefined) return;
    if (accepted) follower.isWatching = true;
    else this.#forget(eventId, node);
    this.options.link.tell(node, { kind: 'followed', eventId, frames });
  }

  onBounced(correlation: Correlation, owner: string | null): void {
    const asked = this.#asked.get(correlation);
    if (asked === undefined) return;
    this.#asked.delete(correlation);
    this.#forget(asked.eventId, asked.node);
    this.options.link.tell(asked.node, { kind: 'notFollowed', eventId: asked.eventId, owner });
  }

  holders(node: string, { eventId, came, left }: Extract<LinkRecord, { kind: 'holders' }>): void {
    const holders = this.#followers.get(eventId)?.get(node)?.holders;
    if (holders === undefined || isPlanted('late-holders-unheard')) return;
    for (const holderId of came) holders.add(holderId);
    for (const holderId of left) holders.delete(holderId);
  }

  /** Still there. One that stands where it stood the last time, though more was published, has missed it. */
  following(
    node: string,
    { eventId, position, holders }: Extract<LinkRecord, { kind: 'following' }>,
    nowMs: number,
  ): void {
    const follower = this.#followers.get(eventId)?.get(node);
    if (follower === undefined && isPlanted('forgotten-follower-comforted')) {
      this.options.link.tell(node, { kind: 'stillFollowed', eventId });
      return;
    }
    // It is not known here, or what it said of its holders was lost: it says all of it again.
    if (follower === undefined || !knowsAll(follower, holders)) {
      this.options.link.tell(node, { kind: 'notFollowed', eventId, owner: null });
      return;
    }
    follower.heardMs = nowMs;
    this.options.link.tell(node, { kind: 'stillFollowed', eventId });
    const stands = follower.position?.[1] === position[1];
    follower.position = position;
    if (isPlanted('missed-delta-not-noticed') || !stands || position[1] >= (this.#published.get(eventId) ?? 0)) return;
    this.follow(node, { kind: 'follow', eventId, position, holders: [...follower.holders] }, nowMs);
  }

  unfollow(node: string, eventId: string): void {
    if (this.#followers.get(eventId)?.get(node)?.isWatching === true) this.options.shards.unwatch(eventId);
    this.#forget(eventId, node);
  }

  hasHolder(eventId: string, holderId: string): boolean {
    const followers = this.#followers.get(eventId);
    if (followers === undefined) return false;
    for (const { holders } of followers.values()) if (holders.has(holderId)) return true;
    return false;
  }

  /** Frame 2 or 3, once for all of them. */
  publish(eventId: string, frame: Uint8Array): void {
    if (!this.#followers.has(eventId)) return;
    const read = readDown(decodeMsgpack(frame));
    if (read?.[0] === 2) this.#published.set(eventId, read[2][1]);
    if (read?.[0] === 3) this.#published.set(eventId, read[4]);
    const { carrier, own } = this.options;
    carrier.send(channelOf(eventId), encodePublication({ sender: own, frame }));
  }

  /** Frame 6 or 9 for the holder's sockets elsewhere. `except`: the session that has heard already. */
  notify(
    eventId: string,
    holderId: string,
    except: { readonly node: string; readonly sessionId: number } | null,
    frame: Uint8Array,
  ): void {
    for (const [node, { holders }] of this.#followers.get(eventId) ?? []) {
      if (!holders.has(holderId) || isPlanted('notices-kept-at-owner')) continue;
      const exceptSessionId = except?.node === node ? except.sessionId : 0;
      this.options.link.tell(node, { kind: 'notify', eventId, holderId, exceptSessionId, frame });
    }
  }

  /** The event is another node's now, whose shard has forgotten its watchers: the followers go there. */
  moved(eventId: string, owner: string): void {
    for (const node of this.#followers.get(eventId)?.keys() ?? []) {
      this.options.link.tell(node, { kind: 'notFollowed', eventId, owner });
    }
    this.#followers.delete(eventId);
    this.#published.delete(eventId);
  }

  /** How many followers each event has: what a shard that starts anew must be told, beside this node's own sockets. */
  *watchers(): Generator<readonly [eventId: string, watchers: number]> {
    for (const [eventId, followers] of this.#followers) {
      let watching = 0;
      for (const { isWatching } of followers.values()) if (isWatching) watching += 1;
      if (watching > 0) yield [eventId, watching];
    }
  }

  /** Forgets who is gone. */
  tick(nowMs: number): void {
    for (const [eventId, followers] of this.#followers) {
      for (const [node, { heardMs }] of followers) {
        if (nowMs - heardMs > followerSilenceMaxMs) this.unfollow(node, eventId);
      }
    }
  }

  /** Watches that the shard had not answered are void. */
  shardLost(isOfShard: (eventId: string) => boolean): void {
    for (const [correlation, { eventId }] of this.#asked) if (isOfShard(eventId)) this.#asked.delete(correlation);
  }

  #forget(eventId: string, node: string): void {
    const followers = this.#followers.get(eventId);
    if (followers === undefined) return;
    followers.delete(node);
    if (followers.size > 0) return;
    this.#followers.delete(eventId);
    this.#published.delete(eventId);
  }
}

function knowsAll(follower: Follower, holders: number | null): boolean {
  return holders === null || holders === follower.holders.size || isPlanted('late-holders-unheard');
}
