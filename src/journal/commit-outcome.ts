import { isPlanted } from '../lib/planted.js';
import type { AppendOutcome, SealedBatch } from './port.js';

/**
 * What became of a sealed batch.
 *
 * - `committed`: its changes stand; answers may leave.
 * - `again`: nobody appended it; the same bytes go out once more.
 * - `fenced`: somebody else owns the event; all that was decided since is void.
 * - `store_lost_commits`: the head stands before what was once acknowledged. Going on could sell a seat twice.
 * - `broken`: the head holds something that only this writer could have put there and did not.
 */
export type CommitOutcome = 'committed' | 'again' | 'fenced' | 'store_lost_commits' | 'broken';

/**
 * Settles a batch by what the *append itself* found: it took the head's row lock, so no delayed statement can commit behind
 * its back. A plain read could not tell. (design.md, decision 4)
 *
 * | appended | head's epoch | head's seq      | outcome            |
 * |----------|--------------|-----------------|--------------------|
 * | yes      |              |                 | committed          |
 * | no       | higher       |                 | fenced             |
 * | no       | mine         | last            | committed (earlier)|
 * | no       | mine         | first − 1       | again              |
 * | no       | mine         | below first − 1 | store_lost_commits |
 * | no       | mine         | anything else   | broken             |
 * | no       | lower        |                 | store_lost_commits |
 * | no head  |              |                 | store_lost_commits |
 */
export function commitOutcome(batch: SealedBatch, found: AppendOutcome | undefined): CommitOutcome {
  if (found === undefined) return 'store_lost_commits';
  if (found.appended) return 'committed';
  if (isPlanted('unknown-commit-settled-by-read') && found.seq >= batch.lastSeq) return 'committed';
  if (found.epoch > batch.epoch) return isPlanted('fenced-taken-for-committed') ? 'committed' : 'fenced';
  if (found.epoch < batch.epoch) return 'store_lost_commits';
  if (found.seq === batch.lastSeq) return 'committed';
  if (found.seq === batch.firstSeq - 1) return 'again';
  if (found.seq < batch.firstSeq - 1) return 'store_lost_commits';
  return 'broken';
}
