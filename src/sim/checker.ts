import assert from 'node:assert/strict';
import { decodeBatch } from '../journal/batch.js';
import type { Entry } from '../journal/entry.js';
import type { MemoryJournalStore } from '../journal/memory-store.js';
import type { Grant } from '../journal/port.js';
import { must } from '../lib/must.js';
import { apply, openSeatMap } from '../seatmap/apply.js';
import { checkInvariants } from '../seatmap/invariants.js';
import type { SeatMap } from '../seatmap/seat-map.js';
import { checkAsked } from './check-answers.js';
import { checkRefusals } from './check-refusals.js';
import type { History, Operation } from './history.js';
import { JournalModel } from './journal-model.js';
import { storeOffsetMs } from './sim-node.js';

/** Reads the whole journal and replays it, each change asserted by `apply`. */
export async function replayAll(
  store: MemoryJournalStore,
  eventId: string,
): Promise<{ entries: Entry[]; map: SeatMap }> {
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
  checkFence(store.grantsOf(eventId), entries);
  checkGrace(store.grantsOf(eventId), entries);
  return { entries, map: replayed };
}

/**
 * What clients were told, against what the journal says.
 * @param answersForMs how long a node that was superseded may still answer
 */
export function checkHistory(history: History, entries: readonly Entry[], answersForMs: number): void {
  const model = new JournalModel(entries);
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
  checkRefusals(history.operations, model, answersForMs);
  checkSightings(history, entries, model);
  checkReads(history, entries, model, answersForMs);
}

/** [I10] [I14] Each map that a client had is the journal's at that position. */
function checkSightings({ sightings }: History, entries: readonly Entry[], { moments }: JournalModel): void {
  for (const { position, states, areas } of sightings) {
    const [epoch, seq] = position;
    const moment = moments[seq - 1];
    assert.ok(moment !== undefined, `[I10] a client saw change ${seq}, which is not in the journal`);
    assert.equal(epoch, entries[seq - 1]?.epoch, `[I8] a client saw change ${seq} of another epoch`);
    assert.deepEqual(states, moment.states, `[I14] a client's map at ${seq} is not the journal's`);
    assert.deepEqual(areas, moment.areas, `[I14] a client's areas at ${seq} are not the journal's`);
  }
}

/** [I10] The holds that a holder was told of are those that it had at that position. */
function checkReads({ reads }: History, entries: readonly Entry[], model: JournalModel, answersForMs: number): void {
  for (const { holderId, position, body, askedMs } of reads) {
    const [epoch, seq] = position;
    const successor = entries.findLast(
      (entry) => entry.epoch > epoch && entry.change.atMs < askedMs + storeOffsetMs - answersForMs,
    );
    assert.ok(
      successor === undefined,
      `epoch ${epoch} answers what was asked a lease after epoch ${successor?.epoch} had taken over: asked at ${askedMs}`,
    );
    assert.ok(seq <= model.moments.length, `[I10] a holder was told of change ${seq}, which is not in the journal`);
    const held = model.holdsAt(holderId, seq).map(({ holdId }) => holdId);
    assert.deepEqual(
      body.holds.map(({ holdId }) => holdId),
      held,
      `[I10] the holds that ${holderId} was told of at ${seq} are not the journal's`,
    );
  }
}

/** [I8] Nothing of an older epoch stands after a grant: the grant's row lock is the fence. */
function checkFence(grants: readonly Grant[], entries: readonly Entry[]): void {
  for (const { epoch, seq } of grants) {
    const next = entries[seq];
    assert.ok(
      next === undefined || next.epoch >= epoch,
      `[I8] change ${seq + 1} of epoch ${next?.epoch} was committed after the grant of epoch ${epoch}`,
    );
  }
}

/** Of a recovery that was not planned: no live hold ends before this much has passed. Protocol page, section 2. */
const recoveryGraceMs = 30_000;

/** [I5] An activation after a crash raises the deadlines before it does anything else. */
function checkGrace(grants: readonly Grant[], entries: readonly Entry[]): void {
  const model = new JournalModel(entries);
  for (const { epoch, seq, rested } of grants) {
    const first = entries[seq];
    if (rested || first?.epoch !== epoch) continue;
    const lives = [...model.holds.values()].some(
      (hold) => hold.fromSeq <= seq && (hold.endSeq === 0 || hold.endSeq > seq),
    );
    if (!lives) continue;
    const { change } = first;
    assert.ok(
      change.kind === 'DeadlinesRaised' && change.untilMs >= change.atMs + recoveryGraceMs,
      `[I5] epoch ${epoch} takes over after a crash and does not raise the deadlines: change ${first.seq} is ${change.kind}`,
    );
  }
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
  checkAsked(operation.command, entry, first.body, what);
  const confirmsAgain = entry.change.kind === 'BookingConfirmed' && operation.command.kind === 'confirm';
  if (!confirmsAgain) assert.equal(entry.change.identity.commandId, operation.command.identity.commandId, what);
}

/** [I5] What a client was promised with `expiresInMs` is kept, in the time that the world had. */
function checkDeadlines(history: History, entries: readonly Entry[]): void {
  const promisedUntilMs = new Map<number, number>();
  for (const { position, body, askedMs } of history.operations.flatMap(({ accepted }) => accepted)) {
    const { expiresInMs } = body as { expiresInMs?: number };
    const entry = entries[position[1] - 1];
    const holdSeq = entry === undefined ? null : promisedHoldSeq(entry);
    // 0: the hold had ended when its command was repeated.
    if (expiresInMs === undefined || expiresInMs === 0 || holdSeq === null) continue;
    // Counted from the attempt, the earliest moment at which it can have been answered.
    promisedUntilMs.set(holdSeq, Math.max(promisedUntilMs.get(holdSeq) ?? 0, askedMs + expiresInMs));
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
