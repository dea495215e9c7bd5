/**
 * What the gateway and a shard say to each other. One packed message a turn and direction (records.ts); the gateway sees
 * only this port. A frame is MessagePack bytes as a client would get them; the gateway turns them into JSON for sockets
 * that speak it.
 */
import type { CommandRequest, Correlation, Mail, MyHoldsRequest, WatchRequest } from '../actor/mail.js';

export type { CommandRequest, Correlation, MyHoldsRequest, WatchRequest } from '../actor/mail.js';

/** Gateway → shards. Each call only adds to this turn's message. Requests for one event reach it in the order asked. */
export interface ShardPort {
  command(request: CommandRequest): void;
  myHolds(request: MyHoldsRequest): void;
  watch(request: WatchRequest): void;
  /** One watcher fewer. */
  unwatch(eventId: string): void;
  /** A snapshot of the published map, as a frame 2: to resync a slow reader, or for REST. Answered through `onSnapshot`. */
  snapshot(correlation: Correlation, eventId: string): void;
}

/** Shards → gateway. Frames are views on a shard's message: valid until `onTurnEnd`, so that nobody copies them. */
export interface ShardListener {
  /** Frame 4 or 5. */
  onAnswer(correlation: Correlation, frame: Uint8Array): void;
  /** Frame 4, then a snapshot or deltas: from here on this watcher belongs to the event's topic. Or frame 5 alone. */
  onSubscribed(correlation: Correlation, accepted: boolean, frames: readonly Uint8Array[]): void;
  /** A delta for every watcher of the event, or a snapshot that replaces what they have. */
  onPublish(eventId: string, frame: Uint8Array): void;
  /** Frame 6 or 9 for the holder's sockets that watch the event, `exceptSessionId` left out. */
  onNotify(eventId: string, holderId: string, exceptSessionId: number, frame: Uint8Array): void;
  /** Frame 2, or frame 5 where there is no such event or it cannot be read now. */
  onSnapshot(correlation: Correlation, frame: Uint8Array): void;
  /**
   * This shard is gone and starts anew: the outcome of what it had not answered is unknown. Watchers of its events stay
   * where they are: the host has the new shard watch again and publish a snapshot. A watch that had no answer is void.
   */
  onShardLost(isOfShard: (eventId: string) => boolean): void;
  /** Called after each message from a shard: what it brought leaves for the sockets now. */
  onTurnEnd?(): void;
}

/** Shards → whoever routes: which events are not this node's. */
export interface OwnershipListener {
  /** `owner`: an incarnation. What the shard had not decided follows as `onBounced`, in the order in which it was asked. */
  onMoved(eventId: string, owner: string): void;
  /** Nothing was decided: to be asked of the owner. `waitedMs`: how long its asker has waited. */
  onBounced(mail: Mail, waitedMs: number): void;
}
