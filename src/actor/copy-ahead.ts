import type { Ground } from './ground.js';
import type { Ledger } from './ledger.js';
import type { Snapshots } from './snapshots.js';

/**
 * Keeps a snapshot while the event still sells, so that a handover need not: the next owner reads as much of the journal as its
 * watchers may resume from, and whatever was changed meanwhile is in there. Never rejects, and waits only so long; null: there is
 * nothing to wait for.
 *
 *     asked ──── batch ──── snapshot kept │ leaving ── rests │ claimed ── snapshot and tail read ── sells again
 *                  everybody is answered  │             nobody is answered                      │
 */
export function copyAhead(ledger: Ledger, snapshots: Snapshots, { limits, timers }: Ground): Promise<void> | null {
  if (!isWorthCopying(ledger.map.seq, snapshots.keptSeq, limits)) return null;
  return new Promise((resolve) => {
    const timer = timers.after(limits.handoverMaxMs, resolve);
    snapshots.whenKept(ledger, () => {
      timer.cancel();
      resolve();
    });
  });
}

/** What is no more than the next owner reads anyway needs no snapshot. */
export function isWorthCopying(
  seq: number,
  keptSeq: number,
  { replayWindowChanges }: Pick<Ground['limits'], 'replayWindowChanges'>,
): boolean {
  return seq - keptSeq > replayWindowChanges;
}
