import type { Evening } from './evening.js';
import type { Fleet, FleetNode } from './fleet.js';
import type { RedisKind } from './shared-redis.js';

/** One disaster's stage. The struck node is the owner of one of three events, and follows the other two. */
export interface Scene {
  readonly fleet: Fleet;
  readonly evening: Evening;
  readonly struck: FleetNode;
  readonly others: readonly FleetNode[];
  /** Waits, while it lasts, until every event is sold to those who begin at these nodes and go where they are sent. */
  readonly meanwhile: (nodes: readonly FleetNode[]) => Promise<void>;
}

export interface Disaster {
  readonly name: string;
  /** Whether a fleet with this Redis can be struck by it. */
  readonly fits: (redis: RedisKind) => boolean;
  /** Resolves when all that was broken is whole again, as seen from outside; the nodes may still be finding that out. */
  strike(scene: Scene): Promise<void>;
  /** Asserts what must be so once everything is served again. */
  afterwards?(scene: Scene): Promise<void>;
}

export const always = (): boolean => true;
