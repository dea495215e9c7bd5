import { StatementFailed } from '../journal/port.js';
import { isWorthCopying } from './copy-ahead.js';
import type { Ground } from './ground.js';
import type { Ledger } from './ledger.js';
import type { Snapshots } from './snapshots.js';

/**
 * Ends an activation in order, at its last change, so that the next one knows that nothing was lost.
 *
 *   rested   and belongs to `next`, or to nobody
 *   awake    surely: it may go on
 *   unknown  it may have come to rest, and then owns nothing any more: only a new claim can tell
 */
export async function comeToRest(
  ledger: Ledger,
  next: string | null,
  snapshots: Snapshots,
  { store, log, limits }: Ground,
): Promise<'rested' | 'awake' | 'unknown'> {
  const { eventId, epoch, map } = ledger;
  let outcome: 'awake' | 'unknown' = 'awake';
  try {
    // Whoever waits for `next` waits for this too.
    const isShort = next !== null && !isWorthCopying(map.seq, snapshots.triedSeq, limits);
    if (!isShort) await snapshots.last(ledger);
    outcome = 'unknown';
    await store.rest(eventId, epoch, map.seq, next);
    return 'rested';
  } catch (error) {
    log.warn({ error, eventId }, 'Cannot bring the event to rest as Postgres does not answer; it is tried again');
    return error instanceof StatementFailed ? 'awake' : outcome;
  }
}
