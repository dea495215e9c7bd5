import { isPlanted } from '../lib/planted.js';
import type { AreaCounts, EndReason } from '../protocol/down.js';
import type { Position } from '../protocol/up.js';
import { type LiveArea, LiveAreas, type OwnMove } from './live-areas.js';

/** In the order of their numbers on the wire. */
export const seatStates = ['free', 'held', 'booked', 'blocked'] as const;
export type SeatState = (typeof seatStates)[number];

const free = 0;
const held = 1;
const booked = 2;
/** Added to a seat's state number where one of the holder's own holds has it. */
const own = 4;

/** A hold of seats, or of places of one area: then `seats` is empty, and `area` and `quantity` are there. */
export interface OwnHold {
  readonly holdId: string;
  readonly seats: readonly number[];
  readonly area?: string;
  readonly quantity?: number;
  /** By the client's monotonic clock. */
  readonly expiresAtMs: number;
}

/** What a frame changed for whoever looks at the map. */
export interface SeatMapChange {
  /** Seats that now look different: another state, or gained or lost by an own hold. Each once, in no order. */
  readonly seats: readonly number[];
  /** Whether an own hold began, ended, or has another deadline or other seats or places. */
  readonly ownHolds: boolean;
  /** Whether areas may have other counts. */
  readonly areas: boolean;
}

/** What left a hold: seats, or so many places of an area (then `seats` is empty). */
export interface LeftPlaces {
  readonly seats: readonly number[];
  readonly area?: string;
  readonly quantity?: number;
}

/** What a hold has after a release. */
export interface Remaining {
  readonly seats: readonly number[];
  readonly quantity?: number;
}

interface KnownHold {
  readonly hold: OwnHold;
  /** The latest change that this knowledge rests on. */
  readonly seq: number;
}

interface Overlay {
  readonly state: number;
  readonly seq: number;
}

/**
 * A client's picture of one event. Two sources tell it: snapshots and deltas, which arrive late but in order and without
 * gap, and news of the holder's own holds, which arrive at once and outside that order. So own news is laid over the map
 * until the map's seq reaches the change that it is about:
 *
 *   accepted hold of seat 7 at seq 41 ─┐
 *   map:  … 38 ──── 39 ──── 40 ────────┼── 40 ────────── delta (40, 43] ── 43 …
 *   seat 7: free ………………………………………………  held (laid over) ………… what the map says
 *
 * [I14] Hence a seat of a live own hold is never shown as free. The model knows no clock and no network.
 */
export class SeatMapModel {
  #states: Uint8Array = new Uint8Array(0);
  #position: Position | null = null;
  readonly #areas = new LiveAreas();
  readonly #overlays = new Map<number, Overlay>();
  readonly #holds = new Map<string, KnownHold>();
  /** Which of the holds has a seat. */
  #ownSeats: ReadonlyMap<number, OwnHold> = new Map();
  /** Holds known to have ended, and at which seq, so that older news does not bring them back. */
  readonly #ended = new Map<string, number>();

  /** Up to where the map has followed the event; null before the first snapshot. */
  get position(): Position | null {
    return this.#position;
  }

  get seatCount(): number {
    return this.#states.length;
  }

  get areas(): readonly LiveArea[] {
    return this.#areas.all;
  }

  areaOf(area: string): LiveArea | null {
    return this.#areas.of(area);
  }

  get ownHolds(): readonly OwnHold[] {
    return [...this.#holds.values()].map(({ hold }) => hold);
  }

  state(seat: number): SeatState {
    return seatStates[this.#stateNumber(seat)] ?? 'blocked';
  }

  /** The own hold that has this seat, or null. */
  ownHoldOf(seat: number): OwnHold | null {
    return this.#stateNumber(seat) === held ? (this.#ownSeats.get(seat) ?? null) : null;
  }

  /** Whether the map contradicts an own hold: nobody holds its seat, or fewer places are held. Then news was missed. */
  get missedNews(): boolean {
    for (const seat of this.#ownSeats.keys()) if (this.#stateNumber(seat) !== held) return true;
    const mapSeq = this.#position?.[1] ?? -1;
    const places = new Map<string, number>();
    for (const { hold, seq } of this.#holds.values()) {
      if (hold.area === undefined || seq > mapSeq) continue;
      places.set(hold.area, (places.get(hold.area) ?? 0) + (hold.quantity ?? 0));
    }
    return [...places].some(([area, quantity]) => (this.#areas.of(area)?.held ?? 0) < quantity);
  }

  // ── the map ──

  /** Replaces the map. `states` has two bits a seat, seat 0 in the lowest bits of byte 0. */
  applySnapshot(
    position: Position,
    seatCount: number,
    states: Uint8Array,
    areas: readonly AreaCounts[],
  ): SeatMapChange {
    const before = new Uint8Array(Math.max(seatCount, this.#states.length));
    for (let seat = 0; seat < before.length; seat++) before[seat] = this.#look(seat);
    const isFirst = this.#position === null;

    this.#states = unpack(seatCount, states);
    this.#areas.replace(areas);
    this.#reach(position);

    const seats: number[] = [];
    for (let seat = 0; seat < before.length; seat++) {
      if (isFirst || before[seat] !== this.#look(seat)) seats.push(seat);
    }
    return { seats, ownHolds: false, areas: true };
  }

  /**
   * Moves the map from `fromSeq` to `toSeq`. `pairs`: seat, state, seat, state, … Returns null, and does nothing, where it
   * does not follow on what the map has: the caller subscribes anew.
   */
  applyDelta(
    epoch: number,
    fromSeq: number,
    toSeq: number,
    pairs: readonly number[],
    areas: readonly AreaCounts[],
  ): SeatMapChange | null {
    if (this.#position === null || !this.#follows(this.#position, epoch, fromSeq, toSeq)) return null;
    const told = new Map<number, number>();
    for (let i = 0; i < pairs.length; i += 2) told.set(pairs[i] ?? 0, pairs[i + 1] ?? free);
    for (const seat of told.keys()) if (seat >= this.#states.length) return null;

    let hasCaughtUp = false;
    const seats = this.#changedAmong(new Set([...told.keys(), ...this.#overlays.keys()]), () => {
      for (const [seat, state] of told) this.#states[seat] = state;
      // A position is resumable under the epoch in which its change was made: no change, no new epoch.
      if (toSeq > fromSeq) hasCaughtUp = this.#reach([epoch, toSeq]);
    });
    this.#areas.update(areas);
    return { seats, ownHolds: false, areas: areas.length > 0 || hasCaughtUp };
  }

  #follows([lastEpoch, lastSeq]: Position, epoch: number, fromSeq: number, toSeq: number): boolean {
    return (fromSeq === lastSeq || isPlanted('gap-not-noticed')) && toSeq >= fromSeq && epoch >= lastEpoch;
  }

  /** Own news up to here is in the map itself now. Returns whether places were among it. */
  #reach(position: Position): boolean {
    this.#position = position;
    for (const [seat, { seq }] of this.#overlays) {
      if (seq <= position[1] || isPlanted('overlay-dropped-early')) this.#overlays.delete(seat);
    }
    return this.#areas.reach(position[1]);
  }

  // ── the holder's own holds ──

  /** This hold was made by change `seq`. */
  applyMade(seq: number, hold: OwnHold): SeatMapChange {
    return this.#changeHolds([hold], () => {
      this.#know(seq, hold);
      this.#move(seq, hold, 'free', 'held');
    });
  }

  /** A hold was made, extended or partly released, nobody says which, and now is this. */
  applyHold(seq: number, hold: OwnHold): SeatMapChange {
    return this.#changeHolds([hold], () => this.#know(seq, hold));
  }

  /** Seats or places left a hold; where none remain, it has ended. */
  applyRelease(seq: number, holdId: string, released: LeftPlaces, remaining: Remaining): SeatMapChange {
    if (remaining.seats.length === 0 && (remaining.quantity ?? 0) === 0) {
      return this.applyEnd(seq, holdId, 'released', released);
    }
    return this.#changeHolds([released], () => {
      const known = this.#holds.get(holdId);
      if (known !== undefined && known.seq <= seq) {
        this.#forgetLeft(known, remaining.seats, seq);
        this.#holds.set(holdId, { hold: { ...known.hold, ...remaining }, seq });
      }
      this.#lay(released.seats, free, seq);
      this.#move(seq, released, 'held', 'free');
    });
  }

  applyEnd(seq: number, holdId: string, reason: EndReason, left: LeftPlaces): SeatMapChange {
    return this.#changeHolds([left], () => {
      this.#forgetLeft(this.#holds.get(holdId), [], seq);
      this.#holds.delete(holdId);
      this.#ended.set(holdId, seq);
      this.#lay(left.seats, reason === 'confirmed' ? booked : free, seq);
      this.#move(seq, left, 'held', reason === 'confirmed' ? 'booked' : 'free');
    });
  }

  /** All live holds of the holder, as they were at `seq`. What is not among them has ended, nobody says how. */
  applyMyHolds(seq: number, holds: readonly OwnHold[]): SeatMapChange {
    const listed = new Set(holds.map(({ holdId }) => holdId));
    return this.#changeHolds(holds, () => {
      for (const known of this.#holds.values()) {
        if (known.seq > seq || listed.has(known.hold.holdId) || isPlanted('unlisted-hold-kept')) continue;
        this.#forgetLeft(known, [], seq);
        this.#holds.delete(known.hold.holdId);
      }
      for (const hold of holds) this.#know(seq, hold);
      for (const [holdId, endedSeq] of this.#ended) if (endedSeq <= seq) this.#ended.delete(holdId);
    });
  }

  #know(seq: number, hold: OwnHold): void {
    const known = this.#holds.get(hold.holdId);
    if (this.#ended.has(hold.holdId) || (known !== undefined && known.seq > seq)) return;
    this.#forgetLeft(known, hold.seats, seq);
    this.#holds.set(hold.holdId, { hold, seq });
    this.#lay(hold.seats, held, seq);
  }

  /**
   * A hold has these seats now. News of a seat that it had before may have been missed, and the seat may be anyone's since:
   * unless the news at hand says more, what becomes of it is for the map to say. [I14] Where another own hold has got it
   * meanwhile, that hold's news stays.
   */
  #forgetLeft(known: KnownHold | undefined, seatsNow: readonly number[], seq: number): void {
    for (const seat of known?.hold.seats ?? []) {
      const overlay = this.#overlays.get(seat);
      const isOurs = overlay !== undefined && overlay.state === held && overlay.seq <= seq;
      if (isOurs && !seatsNow.includes(seat) && !this.#isOfAnother(known, seat)) this.#overlays.delete(seat);
    }
  }

  #isOfAnother(known: KnownHold | undefined, seat: number): boolean {
    for (const other of this.#holds.values()) if (other !== known && other.hold.seats.includes(seat)) return true;
    return false;
  }

  /** Lays a state over seats, unless the map or other news already tells of something later. */
  #lay(seats: readonly number[], state: number, seq: number): void {
    for (const seat of seats) {
      const knownSeq = Math.max(this.#position?.[1] ?? -1, this.#overlays.get(seat)?.seq ?? -1);
      if (seq > knownSeq) this.#overlays.set(seat, { state, seq });
    }
  }

  /** The same for places: change `seq` moved them. News that does not say what its change moved is left to the map. */
  #move(seq: number, { area, quantity }: LeftPlaces, from: OwnMove['from'], to: OwnMove['to']): void {
    if (area === undefined || quantity === undefined || seq <= (this.#position?.[1] ?? -1)) return;
    this.#areas.lay(seq, { area, quantity, from, to });
  }

  /** Only seats of the named holds, and of those known before, can look different afterwards. */
  #changeHolds(named: readonly LeftPlaces[], change: () => void): SeatMapChange {
    const touched = new Set([...this.#ownSeats.keys(), ...named.flatMap(({ seats }) => seats)]);
    const areas = [...named, ...this.ownHolds].some(({ area }) => area !== undefined);
    const seats = this.#changedAmong(touched, () => {
      change();
      this.#ownSeats = new Map(this.ownHolds.flatMap((hold) => hold.seats.map((seat) => [seat, hold] as const)));
    });
    return { seats, ownHolds: true, areas };
  }

  // ── looks ──

  #changedAmong(touched: ReadonlySet<number>, change: () => void): number[] {
    const before = new Map<number, number>();
    for (const seat of touched) before.set(seat, this.#look(seat));
    change();
    return [...before].filter(([seat, look]) => look !== this.#look(seat)).map(([seat]) => seat);
  }

  #stateNumber(seat: number): number {
    return this.#overlays.get(seat)?.state ?? this.#states[seat] ?? free;
  }

  #look(seat: number): number {
    const state = this.#stateNumber(seat);
    return state === held && this.#ownSeats.has(seat) ? state + own : state;
  }
}

function unpack(seatCount: number, packed: Uint8Array): Uint8Array {
  const states = new Uint8Array(seatCount);
  for (let seat = 0; seat < seatCount; seat++) {
    states[seat] = ((packed[seat >> 2] ?? 0) >> ((seat & 3) * 2)) & 3;
  }
  return states;
}
