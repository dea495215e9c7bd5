import type { Entry } from '../../journal/entry.js';
import type { Grant } from '../../journal/port.js';
import type { Sometimes } from '../sometimes.js';

/** Which situations an event's journal tells of that only several nodes can be in. */
export function noteGrants(
  sometimes: Sometimes,
  grants: readonly Grant[],
  entries: readonly Entry[],
  nodeOf: (epoch: number) => string | undefined,
): void {
  const live = new Set<number>();
  let read = 0;
  let last: string | undefined;
  for (const { epoch, seq, rested } of grants) {
    for (; read < seq; read += 1) noteLive(live, entries[read] as Entry);
    const node = nodeOf(epoch);
    if (last !== undefined && node !== last && live.size > 0)
      sometimes.hit(
        rested
          ? 'cluster: given to another node with live holds'
          : 'cluster: taken over from another node with live holds',
      );
    last = node ?? last;
  }
}

function noteLive(live: Set<number>, { seq, change }: Entry): void {
  if (change.kind === 'SeatsHeld' || change.kind === 'PlacesHeld') live.add(seq);
  if (!('holdSeq' in change) || change.kind === 'HoldExtended') return;
  const isPart = change.kind === 'HoldReleased' && change.remaining.length + (change.remainingQuantity ?? 0) > 0;
  if (!isPart) live.delete(change.holdSeq);
}
