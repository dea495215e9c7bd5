import type { SeatCounts } from '../actor/view.js';
import { must } from '../lib/must.js';
import { isPlanted } from '../lib/planted.js';
import type { AreaCounts, DeltaFrame, SnapshotFrame } from '../protocol/down.js';
import type { Position } from '../protocol/up.js';
import type { Change } from '../seatmap/change.js';
import { eachTouchedSeat } from '../seatmap/touched-seats.js';
import { AreaView } from './area-view.js';
import { EpochHistory } from './epoch-history.js';
import { packStates } from './pack-states.js';

/** Where a delta would bring more seats than this, a snapshot is sent instead: it is shorter, and fits any send queue. */
export const deltaSeatsMax = 8_192;

/**
 * What watchers see of one event: the *published* map. Only committed changes come in (I10), and they become visible at
 * `publish`, all that came since the last time at once:
 *
 *     seq       1 2 3 4 5 6 7 8 9
 *     committed ─────────────► 9      states as committed, and which seats differ from what is published
 *     published ───► 5                what snapshots, seat reads and resumes are made of
 *     delta           (5, 9]          made at the next publish
 *
 * The replay window is a seq for each seat, its last change: the delta after any position is the seats changed since. It
 * costs 8 bytes a seat, and no list of changes.
 */
export class EventView {
  readonly #committed: Uint8Array;
  readonly #published: Uint8Array;
  readonly #lastChangedSeq: Float64Array;
  readonly #areas: AreaView;
  readonly #epochs = new EpochHistory();
  /** Seats whose committed state may differ from the published one, each once. */
  #dirtySeats: number[] = [];
  readonly #isDirty: Uint8Array;
  #seqCommitted: number;
  #seqPublished: number;

  /**
   * @param states of the seats as of `seq`; copied
   * @param areas counters of the areas as of `seq`
   * @param windowFromSeq the first change whose seats are known by `recall`; positions before it get a snapshot
   */
  constructor(
    readonly eventId: string,
    states: Uint8Array,
    areas: readonly AreaCounts[],
    seq: number,
    private readonly windowFromSeq: number,
  ) {
    this.#committed = states.slice();
    this.#published = states.slice();
    this.#areas = new AreaView(areas);
    this.#lastChangedSeq = new Float64Array(states.length);
    this.#isDirty = new Uint8Array(states.length);
    this.#seqCommitted = seq;
    this.#seqPublished = seq;
  }

  get seqPublished(): number {
    return this.#seqPublished;
  }

  get hasNews(): boolean {
    return this.#seqCommitted > this.#seqPublished;
  }

  get position(): Position {
    return [must(this.#epochs.of(this.#seqPublished), 'the epoch of the published seq'), this.#seqPublished];
  }

  /** Recovery: a change that the states already contain. Brings the replay window across restarts and takeovers. */
  recall(change: Change, epoch: number, seq: number): void {
    this.#epochs.began(epoch, seq);
    eachTouchedSeat(change, (seat) => {
      this.#lastChangedSeq[seat] = seq;
    });
    this.#areas.recall(change, seq);
  }

  /** A change was committed. Changes come in order. */
  commit(change: Change, epoch: number, seq: number): void {
    this.#epochs.began(epoch, seq);
    this.#seqCommitted = seq;
    eachTouchedSeat(change, (seat, state) => {
      this.#committed[seat] = state;
      this.#lastChangedSeq[seat] = seq;
      if (this.#isDirty[seat] === 0) {
        this.#isDirty[seat] = 1;
        this.#dirtySeats.push(seat);
      }
    });
    this.#areas.commit(change, seq);
  }

  /** Makes visible what was committed since the last time: a delta, or null where there is nothing new. */
  publish(): DeltaFrame | null {
    if (!this.hasNews) return null;
    const seats: number[] = [];
    for (const seat of this.#dirtySeats) {
      const state = this.#committed[seat] as number;
      if (!isPlanted('dirty-mark-kept')) this.#isDirty[seat] = 0;
      if (this.#published[seat] === state) continue;
      this.#published[seat] = state;
      seats.push(seat, state);
    }
    this.#dirtySeats = [];
    const fromSeq = this.#seqPublished;
    this.#seqPublished = this.#seqCommitted;
    return [3, this.eventId, this.position[0], fromSeq, this.#seqPublished, seats, this.#areas.publish()];
  }

  snapshot(): SnapshotFrame {
    return [2, this.eventId, this.position, this.#published.length, packStates(this.#published), this.#areas.all()];
  }

  /** The delta from a client's last position to the published one; null where it needs a snapshot. */
  resume(position: Position): DeltaFrame | null {
    const [epoch, seq] = position;
    const knownSeq = isPlanted('delta-lost-at-resume') ? seq + 1 : seq;
    if (seq < this.windowFromSeq || seq > this.#seqPublished || this.#epochs.of(seq) !== epoch) return null;
    const seats: number[] = [];
    for (let seat = 0; seat < this.#lastChangedSeq.length; seat += 1) {
      if ((this.#lastChangedSeq[seat] as number) > knownSeq) {
        if (seats.length >= deltaSeatsMax * 2) return null;
        seats.push(seat, this.#published[seat] as number);
      }
    }
    return [3, this.eventId, this.position[0], seq, this.#seqPublished, seats, this.#areas.changedSince(seq)];
  }

  counts(): SeatCounts {
    const counts: [number, number, number, number] = [0, 0, 0, 0];
    for (const state of this.#published) counts[state as 0 | 1 | 2 | 3] += 1;
    const [free, held, booked, blocked] = counts;
    return { free, held, booked, blocked };
  }

  areaCounts(): readonly AreaCounts[] {
    return this.#areas.all();
  }
}
