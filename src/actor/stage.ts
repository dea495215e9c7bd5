import { assert } from '../lib/assert.js';

/**
 * An activation's life.
 *
 *     activating ──► active ──► resting ──► stopped
 *         │            ▲  │        │           ▲
 *         │            └──┼────────┘ Postgres  │
 *         └───────────────┴─────────► away ────┘ crash, fenced, refused: drop, recover, go on
 */
export type Stage = 'activating' | 'active' | 'resting' | 'stopped';

const next: { readonly [stage in Stage]: readonly Stage[] } = {
  activating: ['active', 'stopped'],
  active: ['resting', 'stopped'],
  resting: ['active', 'stopped'],
  stopped: [],
};

export function assertTransition(from: Stage, to: Stage, eventId: string): void {
  assert(
    next[from].includes(to),
    `Cannot go from ${from} to ${to} as an activation does not live that way: eventId is ${eventId}`,
  );
}
