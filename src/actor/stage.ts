import { assert } from '../lib/assert.js';

/**
 * An activation's life.
 *
 *                        ┌── Postgres refuses ───┐
 *                        ▼                       │
 *     activating ──► active ────────────────► resting ──► stopped
 *         │            │ ▲                       ▲           ▲
 *         │   handover ▼ │ takes too long        │           │
 *         │          leaving ── all is answered ─┘           │
 *         └────────────┴─────────────────────────────────────┘ crash, fenced, refused: drop, recover, go on
 */
export type Stage = 'activating' | 'active' | 'leaving' | 'resting' | 'stopped';

const next: { readonly [stage in Stage]: readonly Stage[] } = {
  activating: ['active', 'stopped'],
  active: ['leaving', 'resting', 'stopped'],
  leaving: ['active', 'resting', 'stopped'],
  resting: ['active', 'stopped'],
  stopped: [],
};

export function assertTransition(from: Stage, to: Stage, eventId: string): void {
  assert(
    next[from].includes(to),
    `Cannot go from ${from} to ${to} as an activation does not live that way: eventId is ${eventId}`,
  );
}
