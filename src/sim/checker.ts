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
import { claim, isSameList, isSamePosition, isSameStates } from './claim.js';
import type { History, Operation, Refusal, Sighting } from './history.js';
import { JournalModel, livesAt, type Moment } from './journal-model.js';
import { storeOffsetMs } from './sim-node.js';

/** Reads the whole journal and replays it, each change asserted by `apply`. */
export async function replayAll(
  store: MemoryJournalStore,
  eventId: string,
): Promise<{ entries: Entry[]; map: SeatMap }> {
  const entries: Entry[] = [];
  let map: SeatMap | null = null;
  for (const batch of await store.batches(eventId, 0)) {
    for (const entry of decodeBatch(batch, eventId)) {
      const last = entries.at(-1);
      assert.equal(entry.seq, entries.length + 1, '[I8] seq has a gap or a repeat');
      assert.ok(last === undefined || entry.epoch >= last.epoch, '[I8] the epoch falls');
      assert.ok(last === undefined || entry.change.atMs >= last.change.atMs, 'actor time falls');
      entries.push(entry);
      if (entry.change.kind === 'EventOpened') map = openSeatMap(entry.change, entry.epoch);
      else apply(must(map, 'change 1'), entry.change, entry.epoch);
    }
  }
  const replayed = must(map, 'the journal');
  checkInvariants(replayed);
  return { entries, map: replayed };
}

/**
 * The store's grants and what clients were told, against what the journal says.
 * @param answersForMs how long a node that was superseded may still answer
 * @param mayStray an attempt that was given up with its connection can take effect after a repeat was refused: another node
 *   brings it to the owner. ARCHITECTURE.md, "Known limits".
 */
export function checkHistory(
  history: History,
  grants: readonly Grant[],
  entries: readonly Entry[],
  answersForMs: number,
  mayStray = false,
): void {
  const model = new JournalModel(entries);
  checkFence(grants, entries);
  checkGrace(grants, entries, model);
  checkOperations(history, entries, model, answersForMs, mayStray);
  checkDeadlines(history, entries);
  checkRefusals(history.operations, model, answersForMs);
  checkSightings(history, model);
  checkReads(history, model, answersForMs);
}

function checkOperations(
  { operations }: History,
  entries: readonly Entry[],
  model: JournalModel,
  answersForMs: number,
  mayStray: boolean,
): void {
  const changesOf = new Map<string, Entry[]>();
  for (const entry of entries) {
    if (!('identity' in entry.change)) continue;
    const key = keyOf(entry.change.identity);
    const known = changesOf.get(key);
    if (known === undefined) changesOf.set(key, [entry]);
    else known.push(entry);
  }
  for (const operation of operations) {
    const [made, another] = changesOf.get(keyOf(operation.command.identity)) ?? [];
    const { refusal } = operation;
    const what = (): string => JSON.stringify(operation);
    claim(another === undefined, () => `[I7] a command took effect twice: ${what()}`);
    if (operation.accepted.length > 0) checkAccepted(operation, entries, what);
    else if (refusal !== null && made !== undefined && !(mayStray && operation.hasStray))
      claim(isOfPredecessor(refusal, made, model, answersForMs), () => `[I7] a refused command took effect: ${what()}`);
  }
}

/**
 * A repeat of what its successor had accepted can be refused by a superseded node, until its lease lapses.
 * ARCHITECTURE.md, "Known limits".
 */
function isOfPredecessor(refusal: Refusal, made: Entry, model: JournalModel, answersForMs: number): boolean {
  const tookOverMs = must(model.successorOf(made.epoch - 1), 'the first change of an epoch').atMs;
  const askedMs = refusal.askedMs + storeOffsetMs;
  return made.change.atMs <= refusal.atMs + storeOffsetMs && tookOverMs >= askedMs - answersForMs;
}

/** [I10] [I14] Each map that a client had is the journal's at that position. */
function checkSightings({ sightings }: History, { moments }: JournalModel): void {
  for (const sighting of sightings) {
    const fault = differenceOf(sighting, moments[sighting.position[1] - 1]);
    if (fault !== null) assert.fail(fault);
  }
}

function differenceOf({ position, states, areas }: Sighting, moment: Moment | undefined): string | null {
  const [epoch, seq] = position;
  if (moment === undefined) return `[I10] a client saw change ${seq}, which is not in the journal`;
  if (epoch !== moment.epoch) return `[I8] a client saw change ${seq} of another epoch: ${epoch}`;
  if (!isSameStates(states, moment.states))
    return `[I14] a client's map at ${seq} is not the journal's: ${states.join('')} instead of ${moment.states.join('')}`;
  if (!isSameAreas(areas, moment.areas)) return `[I14] a client's areas at ${seq} are not the journal's`;
  return null;
}

type Areas = ReadonlyMap<string, readonly number[]>;

function isSameAreas(one: Areas, other: Areas): boolean {
  if (one.size === 0) return other.size === 0;
  if (one.size !== other.size) return false;
  for (const [area, counts] of one) if (!isSameList(counts, other.get(area) ?? [])) return false;
  return true;
}

/** [I10] The holds that a holder was told of are those that it had at that position. */
function checkReads({ reads }: History, model: JournalModel, answersForMs: number): void {
  for (const { holderId, position, body, askedMs } of reads) {
    const [epoch, seq] = position;
    const successor = model.successorOf(epoch);
    claim(
      successor === undefined || successor.atMs >= askedMs + storeOffsetMs - answersForMs,
      () =>
        `epoch ${epoch} answers what was asked a lease after epoch ${successor?.epoch} had taken over: asked at ${askedMs}`,
    );
    claim(seq <= model.moments.length, () => `[I10] a holder was told of change ${seq}, which is not in the journal`);
    const held = model.holdsAt(holderId, seq);
    claim(
      body.holds.length === held.length && body.holds.every(({ holdId }, at) => holdId === held[at]?.holdId),
      () => `[I10] the holds that ${holderId} was told of at ${seq} are not the journal's: ${JSON.stringify(body)}`,
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
function checkGrace(grants: readonly Grant[], entries: readonly Entry[], model: JournalModel): void {
  for (const { epoch, seq, rested } of grants) {
    const first = entries[seq];
    if (rested || first?.epoch !== epoch) continue;
    if (![...model.holds.values()].some((hold) => livesAt(hold, seq))) continue;
    const { change } = first;
    assert.ok(
      change.kind === 'DeadlinesRaised' && change.untilMs >= change.atMs + recoveryGraceMs,
      `[I5] epoch ${epoch} takes over after a crash and does not raise the deadlines: change ${first.seq} is ${change.kind}`,
    );
  }
}

function checkAccepted({ command, accepted }: Operation, entries: readonly Entry[], what: () => string): void {
  const first = must(accepted[0], 'an answer');
  for (const { position } of accepted)
    claim(isSamePosition(position, first.position), () => `a repeat got another position: ${what()}`);
  const [epoch, seq] = first.position;
  const entry = entries[seq - 1];
  claim(entry !== undefined, () => `[I6] an accepted command is not in the journal: ${what()}`);
  claim(entry.epoch === epoch, () => `[I6] an accepted command was made in another epoch: ${what()}`);
  const { change } = entry;
  claim('identity' in change, () => `[I6] an accepted command is another change: ${what()}`);
  claim(change.identity.holderId === command.identity.holderId, () => `[I6] a change of another holder: ${what()}`);
  checkAsked(command, entry, first.body, what);
  const confirmsAgain = change.kind === 'BookingConfirmed' && command.kind === 'confirm';
  claim(
    confirmsAgain || change.identity.commandId === command.identity.commandId,
    () => `[I6] a change of another command: ${what()}`,
  );
}

/** [I5] What a client was promised with `expiresInMs` is kept, in the time that the world had. */
function checkDeadlines(history: History, entries: readonly Entry[]): void {
  const promisedUntilMs = new Map<number, number>();
  for (const { accepted } of history.operations)
    for (const { position, body, askedMs } of accepted) {
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
