import assert from 'node:assert/strict';
import type { Entry } from '../../journal/entry.js';
import type { Grant } from '../../journal/port.js';
import { claim } from '../claim.js';
import type { History } from '../history.js';
import { storeOffsetMs } from '../sim-node.js';

/** Actor time counts whole milliseconds. */
const clockErrorMs = 2;

/** What holds where several nodes live at the same time, beside all that holds for one. */
export function checkCluster(
  history: History,
  grants: readonly Grant[],
  entries: readonly Entry[],
  /** The name of the node that was granted the epoch; undefined: it was superseded and ran on. */
  nodeOf: (epoch: number) => string | undefined,
): void {
  checkEpochs(grants);
  checkPlanned(grants, entries);
  checkReads(history, entries, nodeOf);
}

/** [I8] An epoch belongs to one activation and is never used again. */
function checkEpochs(grants: readonly Grant[]): void {
  let last = 0;
  for (const { epoch } of grants) {
    assert.ok(epoch > last, `[I8] an epoch is granted twice: ${epoch}`);
    last = epoch;
  }
}

/** Nothing was lost where an event had come to rest: who has it next raises no deadline. */
function checkPlanned(grants: readonly Grant[], entries: readonly Entry[]): void {
  for (const { epoch, seq, rested } of grants) {
    const first = entries[seq];
    if (!rested || first?.epoch !== epoch) continue;
    assert.notEqual(
      first.change.kind,
      'DeadlinesRaised',
      `epoch ${epoch} raises the deadlines though the event had rested`,
    );
  }
}

/**
 * [I8] One writer: a node takes an event over from another one only once that one's lease has run out or it has let it go, and
 * then that one answers nothing any more. (From one that was superseded anybody may take over at once: checker.ts.)
 */
function checkReads(
  { reads }: History,
  entries: readonly Entry[],
  nodeOf: (epoch: number) => string | undefined,
): void {
  /** By epoch, the first change of a later one. */
  const firsts: Entry[] = [];
  for (const entry of entries) if (entry.epoch > (firsts.at(-1)?.epoch ?? 0)) firsts.push(entry);
  for (const { position, askedMs } of reads) {
    const successor = firsts.find(({ epoch }) => epoch > position[0]);
    if (successor === undefined) continue;
    const nodes = [nodeOf(position[0]), nodeOf(successor.epoch)];
    if (nodes[0] === undefined || nodes[0] === nodes[1]) continue;
    claim(
      successor.change.atMs >= askedMs + storeOffsetMs - clockErrorMs,
      () => `[I8] epoch ${position[0]} of ${nodes[0]} answers though ${nodes[1]} has taken over: asked at ${askedMs}`,
    );
  }
}
