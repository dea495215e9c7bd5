import assert from 'node:assert/strict';
import type { Entry } from '../journal/entry.js';
import { must } from '../lib/must.js';
import { apply, openSeatMap } from '../seatmap/apply.js';
import { holdIdOf } from '../seatmap/ids.js';
import { madeBy } from '../seatmap/ids.js';
import type { SeatMap } from '../seatmap/seat-map.js';
import type { History } from './history.js';
import type { Look, SdkSightings } from './map-looks.js';
import { storeOffsetMs } from './sim-node.js';

/** Actor time counts whole milliseconds, from a sample of the store's. */
const clockErrorMs = 2;

/** A seat was shown in a state that the map does not have yet: right where own news said so. */
interface Ahead {
  readonly seat: number;
  readonly state: number;
  readonly seqs: readonly number[];
  isRight: boolean;
}

/**
 * [I14] What programs with the SDK showed, against the journal.
 * @param mayLag a program that comes to another node can get an older map there than it had, from before its own hold
 */
export function checkSdkSightings(
  { looks, shownFree, owners }: SdkSightings,
  entries: readonly Entry[],
  mayLag: boolean,
): void {
  const bySeq = new Map<number, Look[]>();
  for (const look of looks) {
    const of = bySeq.get(look.position[1]);
    if (of === undefined) bySeq.set(look.position[1], [look]);
    else of.push(look);
  }
  const ahead = new Map<number, Ahead[]>();
  const all: Ahead[] = [];
  const left = new LeftSeats();
  let map: SeatMap | null = null;
  for (const { change, epoch, seq } of entries) {
    if (change.kind === 'EventOpened') map = openSeatMap(change, epoch);
    else apply(must(map, 'change 1'), change, epoch);
    left.note(change);
    const now = must(map, 'change 1');
    for (const claim of ahead.get(seq) ?? []) if (now.states[claim.seat] === claim.state) claim.isRight = true;
    for (const look of bySeq.get(seq) ?? []) {
      assert.equal(look.position[0], epoch, `[I8] the SDK shows change ${seq} as of another epoch`);
      for (const claim of claimsOf(look, now)) {
        all.push(claim);
        for (const later of claim.seqs) ahead.set(later, [...(ahead.get(later) ?? []), claim]);
      }
    }
    bySeq.delete(seq);
  }
  assert.equal(bySeq.size, 0, '[I10] the SDK shows a change that is not in the journal');
  for (const claim of all)
    assert.ok(claim.isRight, `[I14] the SDK shows a seat as nobody ever said: ${JSON.stringify(claim)}`);
  for (const { holdId, seat, mapSeq, atMs } of shownFree) {
    if (mayLag && (madeBy('H', holdId)?.seq ?? 0) > mapSeq) continue;
    const leftMs = left.leftMs(holdId, seat);
    assert.ok(
      leftMs !== undefined && leftMs <= atMs + clockErrorMs,
      `[I14] the SDK shows seat ${seat} of a live hold as free: ${holdId} at ${atMs}, and it left the hold at ${leftMs}`,
    );
  }
  checkOwners(owners, entries);
}

/** [I7] Every change of a holder was asked for, under that id. */
export function checkAskedFor({ operations }: History, entries: readonly Entry[]): void {
  const asked = new Set(operations.map(({ command }) => `${command.identity.holderId}/${command.identity.commandId}`));
  for (const { change, seq } of entries) {
    if (!('identity' in change)) continue;
    const { holderId, commandId } = change.identity;
    assert.ok(asked.has(`${holderId}/${commandId}`), `[I7] change ${seq} was never asked for: ${commandId}`);
  }
}

/** The map at the look's position is the journal's, but for seats that own news ran ahead with. */
function claimsOf({ position, states, areas, areasAhead, ahead }: Look, map: SeatMap): Ahead[] {
  const seq = position[1];
  const claims: Ahead[] = [];
  assert.equal(states.length, map.states.length, `[I14] the SDK's hall has another size at ${seq}`);
  for (let seat = 0; seat < states.length; seat += 1) {
    if (states[seat] === map.states[seat]) continue;
    const seqs = ahead.filter(({ seats }) => seats.includes(seat)).map((news) => news.seq);
    assert.ok(
      seqs.length > 0,
      `[I14] the SDK shows seat ${seat} at ${seq} as ${states[seat]}, the journal has ${map.states[seat]}`,
    );
    claims.push({ seat, state: states[seat] as number, seqs, isRight: false });
  }
  checkAreas(areas, areasAhead, map, seq);
  return claims;
}

function checkAreas(areas: Look['areas'], areAhead: boolean, map: SeatMap, seq: number): void {
  const shown = areas.map(({ area, free, held, booked, blocked }) => [area, free, held, booked, blocked] as const);
  const real = map.areas.all();
  if (!areAhead) assert.deepEqual(shown, real, `[I14] the SDK's areas at ${seq} are not the journal's`);
  const capacities = (all: readonly (readonly [string, ...number[]])[]): [string, number][] =>
    all.map(([area, ...counts]) => [area, counts.reduce((sum, count) => sum + count, 0)]);
  assert.deepEqual(capacities(shown), capacities(real), `[I11] the SDK's areas at ${seq} do not add up`);
  assert.ok(
    shown.every(([, ...counts]) => counts.every((count) => count >= 0)),
    `[I11] the SDK shows fewer places than none at ${seq}`,
  );
}

/** Nobody is shown another's hold as his own. */
function checkOwners(owners: SdkSightings['owners'], entries: readonly Entry[]): void {
  for (const { change, epoch, seq } of entries) {
    if (change.kind !== 'SeatsHeld' && change.kind !== 'PlacesHeld') continue;
    const holdId = holdIdOf(epoch, seq);
    for (const holders of owners.get(holdId) ?? [])
      assert.ok(holders.has(change.identity.holderId), `the SDK shows somebody another's hold: ${holdId}`);
  }
}

/** When a seat left its hold. */
class LeftSeats {
  readonly #left = new Map<string, number>();

  note(change: Entry['change']): void {
    if (!('holdSeq' in change) || change.kind === 'HoldExtended') return;
    const holdId = holdIdOf(change.holdEpoch, change.holdSeq);
    for (const seat of change.seats) this.#left.set(`${holdId}/${seat}`, change.atMs - storeOffsetMs);
  }

  /** World time. */
  leftMs(holdId: string, seat: number): number | undefined {
    return this.#left.get(`${holdId}/${seat}`);
  }
}
