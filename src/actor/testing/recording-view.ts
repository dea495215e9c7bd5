import { must } from '../../lib/must.js';
import type { AreaCounts, DeltaFrame, SnapshotFrame } from '../../protocol/down.js';
import type { Position } from '../../protocol/up.js';
import type { Change } from '../../seatmap/change.js';
import { touchedPlaces } from '../../seatmap/touched-places.js';
import { eachTouchedSeat } from '../../seatmap/touched-seats.js';
import type { SeatCounts, View } from '../view.js';

/** A view that shows each batch as soon as it is committed, and keeps what it was told. */
export class RecordingView implements View {
  /** `recall 3`, `recovered`, `commit 4`, `committed`, `close` */
  readonly told: string[] = [];
  readonly states: Uint8Array;
  /** `free, held, booked, blocked` by area. */
  readonly #areas: Map<string, [number, number, number, number]>;
  #epoch = 0;

  constructor(
    private readonly eventId: string,
    states: Uint8Array,
    areas: readonly AreaCounts[],
    private seq: number,
    readonly windowFromSeq: number,
  ) {
    this.states = states.slice();
    this.#areas = new Map(areas.map(([area, ...counts]) => [area, [...counts]]));
  }

  recall(_: Change, epoch: number, seq: number): void {
    this.#epoch = epoch;
    this.told.push(`recall ${seq}`);
  }

  recovered(): void {
    this.told.push('recovered');
  }

  commit(change: Change, epoch: number, seq: number): void {
    this.#epoch = epoch;
    this.seq = seq;
    eachTouchedSeat(change, (seat, state) => {
      this.states[seat] = state;
    });
    const touched = touchedPlaces(change);
    if (touched !== null) {
      const { places, from, to } = touched;
      const counts = must(this.#areas.get(places.area), 'an area');
      counts[from] -= places.quantity;
      counts[to] += places.quantity;
    }
    this.told.push(`commit ${seq}`);
  }

  committed(): void {
    this.told.push('committed');
  }

  publishNow(): void {
    this.told.push('publishNow');
  }

  get position(): Position {
    return [this.#epoch, this.seq];
  }

  snapshot(): SnapshotFrame {
    return [2, this.eventId, this.position, this.states.length, this.states.slice(), this.areaCounts()];
  }

  counts(): SeatCounts {
    const [free = 0, held = 0, booked = 0, blocked = 0] = [0, 1, 2, 3].map(
      (state) => this.states.filter((one) => one === state).length,
    );
    return { free, held, booked, blocked };
  }

  areaCounts(): readonly AreaCounts[] {
    return Array.from(this.#areas, ([area, counts]) => [area, ...counts]);
  }

  resume(): DeltaFrame | null {
    return null;
  }

  close(): void {
    this.told.push('close');
  }
}
