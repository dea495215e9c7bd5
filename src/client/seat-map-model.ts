import type { AreaCounts, EndReason } from '../protocol/down.js';
import type { Position } from '../protocol/up.js';

/** In the order of their numbers on the wire. */
export const seatStates = ['free', 'held', 'booked', 'blocked'] as const;
export type SeatState = (typeof seatStates)[number];

const free = 0;
const held = 1;
const booked = 2;
/** Added to a seat's state number where one of the holder's own holds has it. */
const own = 4;

export interface OwnHold {
  readonly holdId: string;
  readonly seats: readonly number[];
  /** By the client's monotonic clock. */
  readonly expiresAtMs: number;
}

/** What a frame changed for whoever looks at the map. */
export interface SeatMapChange {
  /** Seats that now look different: another state, or gained or lost by an own hold. Each once, in no order. */
  readonly seats: readonly number[];
  /** Whether an own hold began, ended, or has another deadline or other seats. */
  readonly ownHolds: boolean;
  readonly areas: boolean;
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
  readonly #areas = new Map<string, AreaCounts>();
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

  get areas(): readonly AreaCounts[] {
    return [...this.#areas.values()];
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

  /** Whether the map says of an own hold's seat that nobody holds it: then news of that hold was missed. */
  get missedNews(): boolean {
    for (const seat of this.#ownSeats.keys()) if (this.#stateNumber(seat) !== held) return true;
    return false;
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
    this.#areas.clear();
    this.#setAreas(areas);
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

    const seats = this.#changedAmong(new Set([...told.keys(), ...this.#overlays.keys()]), () => {
      for (const [seat, state] of told) this.#states[seat] = state;
      // A position is resumable under the epoch in which its change was made: no change, no new epoch.
      if (toSeq > fromSeq) this.#reach([epoch, toSeq]);
    });
    this.#setAreas(areas);
    return { seats, ownHolds: false, areas: areas.length > 0 };
  }

  #follows([lastEpoch, lastSeq]: Position, epoch: number, fromSeq: number, toSeq: number): boolean {
    return fromSeq === lastSeq && toSeq >= fromSeq && epoch >= lastEpoch;
  }

  #reach(position: Position): void {
    this.#position = position;
    for (const [seat, { seq }] of this.#overlays) if (seq <= position[1]) this.#overlays.delete(seat);
  }

  #setAreas(areas: readonly AreaCounts[]): void {
    for (const counts of areas) this.#areas.set(counts[0], counts);
  }

  // ── the holder's own holds ──

  /** A hold was made, extended or partly released, and now has these seats. */
  applyHold(seq: number, hold: OwnHold): SeatMapChange {
    return this.#changeHolds([hold], () => this.#know(seq, hold));
  }

  /** Seats left a hold; where none remain, it has ended. */
  applyRelease(seq: number, holdId: string, released: readonly number[], remaining: readonly number[]): SeatMapChange {
    if (remaining.length === 0) return this.applyEnd(seq, holdId, 'released', released);
    return this.#changeHolds([{ seats: released }], () => {
      const known = this.#holds.get(holdId);
      if (known !== undefined && known.seq <= seq) {
        this.#forgetLeft(known, remaining, seq);
        this.#holds.set(holdId, { hold: { ...known.hold, seats: remaining }, seq });
      }
      this.#lay(released, free, seq);
    });
  }

  applyEnd(seq: number, holdId: string, reason: EndReason, seats: readonly number[]): SeatMapChange {
    return this.#changeHolds([{ seats }], () => {
      this.#forgetLeft(this.#holds.get(holdId), [], seq);
      this.#holds.delete(holdId);
      this.#ended.set(holdId, seq);
      this.#lay(seats, reason === 'confirmed' ? booked : free, seq);
    });
  }

  /** All live holds of the holder, as they were at `seq`. What is not among them has ended, nobody says how. */
  applyMyHolds(seq: number, holds: readonly OwnHold[]): SeatMapChange {
    const listed = new Set(holds.map(({ holdId }) => holdId));
    return this.#changeHolds(holds, () => {
      for (const known of this.#holds.values()) {
        if (known.seq > seq || listed.has(known.hold.holdId)) continue;
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
   * unless the news at hand says more, what becomes of it is for the map to say.
   */
  #forgetLeft(known: KnownHold | undefined, seatsNow: readonly number[], seq: number): void {
    for (const seat of known?.hold.seats ?? []) {
      const overlay = this.#overlays.get(seat);
      const isOurs = overlay !== undefined && overlay.state === held && overlay.seq <= seq;
      if (isOurs && !seatsNow.includes(seat)) this.#overlays.delete(seat);
    }
  }

  /** Lays a state over seats, unless the map or other news already tells of something later. */
  #lay(seats: readonly number[], state: number, seq: number): void {
    for (const seat of seats) {
      const knownSeq = Math.max(this.#position?.[1] ?? -1, this.#overlays.get(seat)?.seq ?? -1);
      if (seq > knownSeq) this.#overlays.set(seat, { state, seq });
    }
  }

  /** Only seats of the named holds, and of those known before, can look different afterwards. */
  #changeHolds(named: readonly { readonly seats: readonly number[] }[], change: () => void): SeatMapChange {
    const touched = new Set([...this.#ownSeats.keys(), ...named.flatMap(({ seats }) => seats)]);
    const seats = this.#changedAmong(touched, () => {
      change();
      this.#ownSeats = new Map(this.ownHolds.flatMap((hold) => hold.seats.map((seat) => [seat, hold] as const)));
    });
    return { seats, ownHolds: true, areas: false };
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
