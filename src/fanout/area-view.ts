import { must } from '../lib/must.js';
import type { AreaCounts } from '../protocol/down.js';
import type { Change } from '../seatmap/change.js';
import type { SeatState } from '../seatmap/seat-state.js';
import { touchedPlaces } from '../seatmap/touched-places.js';

/** Counters by state: free, held, booked, blocked. */
type Counts = [free: number, held: number, booked: number, blocked: number];

interface Area {
  readonly area: string;
  readonly committed: Counts;
  published: Counts;
  /** Seq of the last change to it that is known; 0: none. */
  lastChangedSeq: number;
  isDirty: boolean;
}

/** What watchers see of the general-admission areas: counters as committed and as published (see event-view.ts). */
export class AreaView {
  readonly #areas: readonly Area[];
  readonly #byId: ReadonlyMap<string, Area>;
  #dirty: Area[] = [];

  constructor(areas: readonly AreaCounts[]) {
    this.#areas = areas.map(([area, ...counts]) => ({
      area,
      committed: [...counts],
      published: [...counts],
      lastChangedSeq: 0,
      isDirty: false,
    }));
    this.#byId = new Map(this.#areas.map((area) => [area.area, area]));
  }

  /** A change that the counters already contain. */
  recall(change: Change, seq: number): void {
    const touched = touchedPlaces(change);
    if (touched !== null) this.#areaOf(touched.places.area).lastChangedSeq = seq;
  }

  commit(change: Change, seq: number): void {
    if (this.#areas.length === 0) return;
    const touched = touchedPlaces(change);
    if (touched === null) return;
    const { places, from, to } = touched;
    const area = this.#areaOf(places.area);
    add(area.committed, from, -places.quantity);
    add(area.committed, to, places.quantity);
    area.lastChangedSeq = seq;
    if (area.isDirty) return;
    area.isDirty = true;
    this.#dirty.push(area);
  }

  /** Makes visible what was committed; gives the areas whose counts are others now. */
  publish(): AreaCounts[] {
    const changed: AreaCounts[] = [];
    for (const area of this.#dirty) {
      area.isDirty = false;
      if (area.committed.every((count, state) => count === area.published[state])) continue;
      area.published = [...area.committed];
      changed.push(countsOf(area));
    }
    this.#dirty = [];
    return changed;
  }

  all(): AreaCounts[] {
    return this.#areas.map(countsOf);
  }

  changedSince(seq: number): AreaCounts[] {
    return this.#areas.filter((area) => area.lastChangedSeq > seq).map(countsOf);
  }

  #areaOf(id: string): Area {
    return must(this.#byId.get(id), `area ${id}`);
  }
}

function add(counts: Counts, state: SeatState, quantity: number): void {
  counts[state] += quantity;
}

function countsOf({ area, published }: Area): AreaCounts {
  return [area, ...published];
}
