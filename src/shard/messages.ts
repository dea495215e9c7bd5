import type { LeaseReading } from '../actor/actor-time.js';
import type { ActorDescription } from '../actor/description.js';
import type { ShardStats } from '../observability/stats.js';

/** Rare messages between the main thread and a shard, beside the packed ones. */
export type ToShard =
  | { readonly kind: 'lease'; readonly reading: LeaseReading }
  | { readonly kind: 'describe'; readonly id: number; readonly eventId: string }
  | { readonly kind: 'stats'; readonly id: number }
  /** Which events are awake here. */
  | { readonly kind: 'events'; readonly id: number }
  /** Give the event to another node. */
  | { readonly kind: 'handOver'; readonly id: number; readonly eventId: string; readonly next: string }
  /** Bring everything to rest, then say `closed`. */
  | { readonly kind: 'close'; readonly graceMs: number };

export type FromShard =
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'described'; readonly id: number; readonly event: EventDescription | null }
  | { readonly kind: 'stats'; readonly id: number; readonly stats: ShardStats }
  | { readonly kind: 'events'; readonly id: number; readonly eventIds: readonly string[] }
  /** `left`: the event is not awake here any more. */
  | { readonly kind: 'handedOver'; readonly id: number; readonly left: boolean }
  | { readonly kind: 'closed' };

/** An event as its actor sees it; null where no actor is awake. */
export interface EventDescription extends ActorDescription {
  readonly watchers: number;
}
