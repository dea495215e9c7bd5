import { formatRead } from '../journal/entry-format.js';
import type { Claim } from '../journal/port.js';
import { turnOver } from '../lib/timers.js';
import type { Log } from '../observability/log.js';
import type { Ending } from './ending.js';
import type { Ground } from './ground.js';
import { type Recovered, recover } from './recovery.js';

/** An event that is this node's now, with what its journal says; or why it is not. */
export type Activation =
  | { readonly kind: 'granted'; readonly epoch: number; readonly rested: boolean; readonly recovered: Recovered }
  | { readonly kind: 'denied'; readonly reason: Ending['reason']; readonly owner: string | null };

/** Raises the epoch and reads the journal. Never rejects. */
export async function activate(eventId: string, ground: Ground): Promise<Activation> {
  const { store, limits, random, makeView, timers, time, owner, log } = ground;
  try {
    const claim = await store.claim(eventId, owner, time.mayTakeOver());
    if (claim.kind === 'unknownEvent') return { kind: 'denied', reason: 'unknown_event', owner: null };
    if (claim.kind === 'owned') return { kind: 'denied', reason: 'owned', owner: claim.owner };
    // Its owner may come back, or this node may take over in a while: whoever waits keeps waiting.
    if (claim.kind === 'unreadable') return leaveToReader(eventId, claim, log);
    if (claim.kind === 'runOut') return { kind: 'denied', reason: 'failed', owner: null };
    const { epoch, rested } = claim.grant;
    const options = { ...limits, seed: random.below(2 ** 31), makeView, breathe: () => turnOver(timers) };
    return { kind: 'granted', epoch, rested, recovered: await recover(store, eventId, claim.grant, options) };
  } catch (error) {
    log.error({ error, eventId }, 'Cannot activate the event; it is tried again when asked for');
    return { kind: 'denied', reason: 'failed', owner: null };
  }
}

/** A node that reads it has the event next, as if it had it already. Without one, whoever waits keeps waiting. */
function leaveToReader(eventId: string, claim: Extract<Claim, { kind: 'unreadable' }>, log: Log): Activation {
  const { format, reader } = claim;
  if (reader !== null) return { kind: 'denied', reason: 'owned', owner: reader };
  log.error(
    { eventId, format, formatRead },
    'Cannot serve the event as a newer Usher wrote its journal and no node that is up reads it: start that release or a later one',
  );
  return { kind: 'denied', reason: 'failed', owner: null };
}
