import { InvariantError } from '../lib/assert.js';
import type { SeatMap } from './seat-map.js';
import { type SeatState, seatStates } from './seat-state.js';

/**
 * Throws `InvariantError`, naming the invariant, unless the map is sound: what design.md, section 3, says as far as one state
 * can show it, and that columns, lists, tables and the heap agree. For tests, simulation, snapshots and `journal verify`: it
 * looks at every seat and every claim.
 */
export function checkInvariants(map: SeatMap): void {
  const claimed = checkClaims(map);
  checkSeats(map, claimed);
  checkAreas(map);
  checkHolders(map);
  checkEndedHolds(map);
  checkPositions(map);
}

function fail(invariant: string, what: string): never {
  throw new InvariantError(`[${invariant}] Cannot trust the seat map as ${what}`);
}

/** The state that each seat must be in by the claims: booked or held, else 0. */
function checkClaims(map: SeatMap): Uint8Array {
  const { claims } = map;
  const claimed = new Uint8Array(map.states.length);
  claims.check();
  for (const slot of claims.slots()) {
    const holdSeq = claims.holdSeqOf(slot);
    const state = claims.isHold(slot) ? seatStates.held : seatStates.booked;
    if (sizeOf(map, slot) === 0) fail('I4', `a claim has neither seats nor places: hold seq is ${holdSeq}`);
    for (const seat of claims.seatsOf(slot)) {
      if (claimed[seat] !== 0)
        fail(state === seatStates.booked ? 'I1' : 'I3', `two claims have one seat: seat is ${seat}`);
      if (claims.slotOfSeat(seat) !== slot) fail('I3', `a seat does not lead to its claim: seat is ${seat}`);
      claimed[seat] = state;
    }
    if (claims.isHold(slot)) checkHold(map, slot);
    else if (!(claims.bookingSeqOf(slot) > holdSeq))
      fail('I2', `a booking is not later than its hold: hold seq is ${holdSeq}`);
  }
  return claimed;
}

/** How many seats or places the claim has. */
function sizeOf({ claims }: SeatMap, slot: number): number {
  return claims.areaOf(slot) < 0 ? claims.seatsOf(slot).length : claims.quantityOf(slot);
}

function checkHold(map: SeatMap, slot: number): void {
  const { claims, configuration } = map;
  const seats = sizeOf(map, slot);
  const what = `a hold is over a limit: hold seq is ${claims.holdSeqOf(slot)}`;
  if (seats > configuration.seatsPerHoldMax) fail('I12', `${what}, seats is ${seats}`);
  if (claims.extensionsOf(slot) > configuration.extensionsPerHoldMax)
    fail('I12', `${what}, extensions is ${claims.extensionsOf(slot)}`);
  if (!Number.isSafeInteger(claims.deadlineMsOf(slot)))
    fail('I5', `a hold has no deadline: hold seq is ${claims.holdSeqOf(slot)}`);
}

function checkSeats(map: SeatMap, claimed: Uint8Array): void {
  const tallies = [0, 0, 0, 0];
  for (const [seat, state] of map.states.entries()) {
    const isClaimed = state === seatStates.held || state === seatStates.booked;
    if (claimed[seat] !== (isClaimed ? state : 0))
      fail('I3', `a seat's state is not its claim's: seat is ${seat}, state is ${state}`);
    tallies[state as SeatState] = (tallies[state as SeatState] ?? 0) + 1;
  }
  const { free, held, booked, blocked } = map.counts;
  if (free + held + booked + blocked !== map.configuration.seatCount)
    fail('I11', 'the counts do not add up to the capacity');
  for (const [state, count] of [free, held, booked, blocked].entries()) {
    if (tallies[state] !== count)
      fail('I11', `seats are counted wrong: state is ${state}, count is ${count}, seats are ${tallies[state]}`);
  }
}

/** [I11] The claims on an area's places are what the area counts as held and booked. */
function checkAreas({ areas, claims }: SeatMap): void {
  areas.check();
  const held = new Float64Array(areas.count);
  const booked = new Float64Array(areas.count);
  for (const slot of claims.slots()) {
    const area = claims.areaOf(slot);
    if (area >= areas.count) fail('I11', `a claim is on places of no area: hold seq is ${claims.holdSeqOf(slot)}`);
    if (area < 0) continue;
    const claimed = claims.isHold(slot) ? held : booked;
    claimed[area] = (claimed[area] as number) + claims.quantityOf(slot);
  }
  for (const [index, counts] of areas.all().entries()) {
    const isSame =
      areas.countOf(index, seatStates.held) === held[index] &&
      areas.countOf(index, seatStates.booked) === booked[index];
    if (!isSame)
      fail(
        'I11',
        `places are counted wrong: area is ${counts.join()}, held are ${held[index]}, booked are ${booked[index]}`,
      );
  }
}

function checkHolders(map: SeatMap): void {
  const { claims, holders, configuration } = map;
  const seats = new Map<number, number>();
  for (const slot of claims.slots()) {
    const holder = claims.holderOf(slot);
    seats.set(holder, (seats.get(holder) ?? 0) + sizeOf(map, slot));
  }
  let liveHolds = 0;
  for (const [holderId, holder] of holders.all()) {
    const what = `holderId is ${holderId}`;
    const slots = holders.liveHoldsOf(holder);
    if (holders.idOf(holder) !== holderId) fail('I12', `a holder has another's index: ${what}`);
    if (holders.seatCountOf(holder) !== seats.get(holder)) fail('I12', `a holder's seats are counted wrong: ${what}`);
    if (holders.seatCountOf(holder) > configuration.seatsPerHolderMax)
      fail('I12', `a holder has too many seats: ${what}`);
    if (slots.length > configuration.holdsPerHolderMax) fail('I12', `a holder has too many holds: ${what}`);
    if (slots.some((slot) => !claims.isHold(slot) || claims.holderOf(slot) !== holder))
      fail('I4', `a holder has what is not its own: ${what}`);
    liveHolds += slots.length;
  }
  if (holders.count !== seats.size)
    fail('I12', `holders are forgotten or kept too long: ${holders.count} of ${seats.size}`);
  if (liveHolds !== claims.holdCount)
    fail('I4', `a hold is missing from its holder: ${liveHolds} of ${claims.holdCount}`);
}

function checkEndedHolds({ claims, endedHolds }: SeatMap): void {
  for (const { holdSeq, reason, bookingSeq } of endedHolds.all()) {
    if (claims.find(holdSeq) >= 0) fail('I4', `a hold has ended and lives: hold seq is ${holdSeq}`);
    if (endedHolds.find(holdSeq)?.reason !== reason) fail('I4', `a hold has ended twice: hold seq is ${holdSeq}`);
    if ((reason === 'confirmed') !== bookingSeq > holdSeq)
      fail('I2', `an ended hold's booking is wrong: hold seq is ${holdSeq}`);
  }
}

/** Changes are numbered from 1, the first opened the event; what is remembered was made by one that came before. */
function checkPositions(map: SeatMap): void {
  if (map.seq < 1 || map.epochs.epochOf(map.seq) !== map.epoch)
    fail('I8', `the last change has no epoch: seq is ${map.seq}`);
  for (const seq of map.rememberedSeqs()) {
    if (seq < 2 || seq > map.seq)
      fail('I8', `a hold or booking comes from no change: seq is ${seq}, the last one is ${map.seq}`);
    if (map.epochs.epochOf(seq) === undefined) fail('I8', `a change has no epoch: seq is ${seq}`);
  }
}
