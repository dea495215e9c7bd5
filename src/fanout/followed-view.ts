import { isPlanted } from '../lib/planted.js';
import type { AreaCounts, DeltaFrame, SnapshotFrame } from '../protocol/down.js';
import type { Position } from '../protocol/up.js';
import { EpochHistory } from './epoch-history.js';
import { deltaSeatsMax } from './event-view.js';
import { packStates, unpackStates } from './pack-states.js';

interface Area {
  counts: AreaCounts;
  lastChangedSeq: number;
}

/**
 * The published map of an event that another node has, kept from its frames: what this node's own sockets are told comes from
 * here. As in `EventView` the replay window is a seq for each seat; it begins with the last whole map that came.
 */
export class FollowedView {
  readonly #states: Uint8Array;
  readonly #lastChangedSeq: Float64Array;
  readonly #areas: Map<string, Area>;
  readonly #epochs = new EpochHistory();
  #windowFromSeq: number;
  #position: Position;

  constructor([, eventId, position, seatCount, states, areas]: SnapshotFrame) {
    this.eventId = eventId;
    this.#position = position;
    this.#windowFromSeq = position[1];
    this.#states = unpackStates(states, seatCount);
    this.#lastChangedSeq = new Float64Array(seatCount);
    this.#areas = new Map(areas.map((counts) => [counts[0], { counts, lastChangedSeq: 0 }]));
    this.#epochs.began(position[0], position[1]);
  }

  readonly eventId: string;

  get position(): Position {
    return this.#position;
  }

  /** The delta begins where the map ends. */
  follows([, , epoch, fromSeq]: DeltaFrame): boolean {
    return (fromSeq === this.#position[1] || isPlanted('gap-followed')) && epoch >= this.#position[0];
  }

  apply([, , epoch, , toSeq, seats, areas]: DeltaFrame): void {
    for (let at = 0; at < seats.length; at += 2) {
      const seat = seats[at] as number;
      this.#states[seat] = seats[at + 1] as number;
      this.#lastChangedSeq[seat] = toSeq;
    }
    for (const counts of areas) this.#areas.set(counts[0], { counts, lastChangedSeq: toSeq });
    this.#moveTo([epoch, toSeq]);
  }

  /** Takes a whole map, and gives what is different in it: what watchers of the map before need. */
  replace([, eventId, [epoch, seq], seatCount, packed, areas]: SnapshotFrame): DeltaFrame {
    const fromSeq = this.#position[1];
    const states = unpackStates(packed, seatCount);
    const changed: number[] = [];
    for (let seat = 0; seat < seatCount; seat += 1) {
      if (states[seat] !== this.#states[seat]) changed.push(seat, states[seat] as number);
    }
    const changedAreas = areas.filter((counts) => !isSame(counts, this.#areas.get(counts[0])?.counts));
    const delta: DeltaFrame = [3, eventId, epoch, fromSeq, seq, changed, changedAreas];
    this.apply(delta);
    // What changed in between and changed back is not known, and a client may have seen it at another node.
    this.#windowFromSeq = seq;
    return delta;
  }

  snapshot(): SnapshotFrame {
    const areas = [...this.#areas.values()].map(({ counts }) => counts);
    return [2, this.eventId, this.#position, this.#states.length, packStates(this.#states), areas];
  }

  /** The delta from a client's last position; null where it needs a snapshot. */
  resume([epoch, seq]: Position): DeltaFrame | null {
    if (seq < this.#windowFromSeq || seq > this.#position[1] || this.#epochs.of(seq) !== epoch) return null;
    const seats: number[] = [];
    for (let seat = 0; seat < this.#lastChangedSeq.length; seat += 1) {
      if ((this.#lastChangedSeq[seat] as number) <= seq) continue;
      if (seats.length >= deltaSeatsMax * 2) return null;
      seats.push(seat, this.#states[seat] as number);
    }
    const areas = [...this.#areas.values()].filter(({ lastChangedSeq }) => lastChangedSeq > seq);
    const counts = areas.map((area) => area.counts);
    return [3, this.eventId, this.#position[0], seq, this.#position[1], seats, counts];
  }

  #moveTo(position: Position): void {
    // A delta may bring several epochs at once: which of its changes were made in which is not known here. Positions within
    // it that a client may have from another node are answered with a snapshot.
    if (position[0] > this.#position[0]) this.#epochs.began(position[0], position[1]);
    this.#position = position;
  }
}

function isSame(one: AreaCounts, other: AreaCounts | undefined): boolean {
  return other !== undefined && one.every((value, index) => value === other[index]);
}
