import type { Session } from './session.js';
import type { Topic } from './topics.js';

/**
 * One socket watches one event.
 *
 *     fresh ──falls behind──► stale ──drained──► resyncing ──snapshot──► fresh
 *                               ▲                   │
 *                               └──no answer, or behind again
 */
export interface Subscription {
  readonly session: Session;
  readonly topic: Topic;
  /** Deltas go to fresh ones only. */
  state: 'fresh' | 'stale' | 'resyncing';
}
