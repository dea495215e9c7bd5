import type { AreaCounts } from '../protocol/down.js';
import type { Ledger } from './ledger.js';
import type { SeatCounts } from './view.js';

/** What an operator sees of an actor. Counts are those of the published map. */
export interface ActorDescription {
  readonly epoch: number;
  readonly seqDecided: number;
  readonly seqCommitted: number;
  readonly seqPublished: number;
  readonly counts: SeatCounts;
  readonly areas: readonly AreaCounts[];
  readonly mailbox: number;
  readonly gate: number;
}

/** Publishes first what is committed. `backlog`: commands not yet decided, answers not yet committed. */
export function describeActor(ledger: Ledger, backlog: { mailbox: number; gate: number }): ActorDescription {
  const { view } = ledger;
  view.publishNow();
  return {
    epoch: ledger.epoch,
    seqDecided: ledger.map.seq,
    seqCommitted: ledger.seqCommitted,
    seqPublished: view.position[1],
    counts: view.counts(),
    areas: view.areaCounts(),
    ...backlog,
  };
}
