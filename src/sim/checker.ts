import assert from 'node:assert/strict';
import { decodeBatch } from '../journal/batch.js';
import type { Entry } from '../journal/entry.js';
import type { JournalStore } from '../journal/port.js';
import { must } from '../lib/must.js';
import { apply, openSeatMap } from '../seatmap/apply.js';
import { checkInvariants } from '../seatmap/invariants.js';
import type { SeatMap } from '../seatmap/seat-map.js';
import type { History, Operation } from './history.js';
import { storeOffsetMs } from './sim-node.js';

/** Reads the whole journal and replays it, each change asserted by `apply`. */
export async function replayAll(store: JournalStore, eventId: string): Promise<{ entries: Entry[]; map: SeatMap }> {
  const entries: Entry[] = [];
  let map: SeatMap | null = null;
  for (const batch of await store.batches(eventId, 0)) {
    for (const entry of decodeBatch({ eventId, ...batch })) {
      assert.equal(entry.seq, entries.length + 1, '[I8] seq has a gap or a repeat');
      assert.ok(entry.epoch >= (entries.at(-1)?.epoch ?? 0), '[I8] the epoch falls');
      assert.ok(entry.change.atMs >= (entries.at(-1)?.change.atMs ?? 0), 'actor time falls');
      entries.push(entry);
      if (entry.change.kind === 'EventOpened') map = openSeatMap(entry.change, entry.epoch);
      else apply(must(map, 'change 1'), entry.change, entry.epoch);
    }
  }
  const replayed = must(map, 'the journal');
  checkInvariants(replayed);
  return { entries, map: replayed };
}

/** What clients were told, against what the journal says. */
export function checkHistory(history: History, entries: readonly Entry[]): void {
  const byCommand = new Map<string, Entry[]>();
  for (const entry of entries) {
    if (!('identity' in entry.change)) continue;
    const key = keyOf(entry.change.identity);
    byCommand.set(key, [...(byCommand.get(key) ?? []), entry]);
  }
  for (const operation of history.operations) {
    const made = byCommand.get(keyOf(operation.command.identity)) ?? [];
    const what = JSON.stringify(operation);
    assert.ok(made.length <= 1, `[I7] a command took effect twice: ${what}`);
    if (operation.accepted.length > 0) checkAccepted(operation, entries, what);
    if (operation.refusal !== null && operation.accepted.length === 0) {
      assert.equal(made.length, 0, `[I7] a refused command took effect: ${what}`);
    }
  }
  checkDeadlines(history, entries);
}

function checkAccepted(operation: Operation, entries: readonly Entry[], what: string): void {
  const first = must(operation.accepted[0], 'an answer');
  for (const answer of operation.accepted) {
    assert.deepEqual(answer.position, first.position, `a repeat got another position: ${what}`);
  }
  const [epoch, seq] = first.position;
  const entry = entries[seq - 1];
  assert.ok(entry !== undefined, `[I6] an accepted command is not in the journal: ${what}`);
  assert.equal(entry.epoch, epoch, `[I6] an accepted command was made in another epoch: ${what}`);
  assert.ok('identity' in entry.change, `[I6] an accepted command is another change: ${what}`);
  assert.equal(
    entry.change.identity.holderId,
    operation.command.identity.holderId,
    `[I6] a change of another holder: ${what}`,
  );
  const confirmsAgain = entry.change.kind === 'BookingConfirmed' && operation.command.kind === 'confirm';
  if (!confirmsAgain) assert.equal(entry.change.identity.commandId, operation.command.identity.commandId, what);
}

/** [I5] What a client was promised with `expiresInMs` is kept, in the time that the world had. */
function checkDeadlines(history: History, entries: readonly Entry[]): void {
  const promisedUntilMs = new Map<number, number>();
  for (const { accepted, calledMs } of history.operations) {
    const first = accepted[0];
    const body = first?.body as { expiresInMs?: number } | undefined;
    const entry = first === undefined ? undefined : entries[first.position[1] - 1];
    if (body?.expiresInMs === undefined || entry === undefined) continue;
    const holdSeq = promisedHoldSeq(entry);
    if (holdSeq === null) continue;
    // Counted from the call, the earliest moment at which it can have been decided.
    promisedUntilMs.set(holdSeq, Math.max(promisedUntilMs.get(holdSeq) ?? 0, calledMs + body.expiresInMs));
  }
  for (const { change } of entries) {
    if (change.kind !== 'HoldExpired') continue;
    const untilMs = promisedUntilMs.get(change.holdSeq);
    if (untilMs !== undefined) {
      const endedMs = change.atMs - storeOffsetMs;
      assert.ok(
        endedMs >= untilMs,
        `[I5] a hold ended ${untilMs - endedMs} ms before its deadline: hold ${change.holdSeq}`,
      );
    }
  }
}

/** The hold whose time the change sets. */
function promisedHoldSeq({ seq, change }: Entry): number | null {
  if (change.kind === 'SeatsHeld' || change.kind === 'PlacesHeld') return seq;
  return change.kind === 'HoldExtended' ? change.holdSeq : null;
}

function keyOf(identity: { holderId: string; commandId: string }): string {
  return `${identity.holderId}/${identity.commandId}`;
}
