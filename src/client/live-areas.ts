import type { AreaCounts } from '../protocol/down.js';

/** A general-admission area: how many of its places are in each state. */
export interface LiveArea {
  readonly area: string;
  readonly free: number;
  readonly held: number;
  readonly booked: number;
  readonly blocked: number;
}

/** What an own command or an own hold's end did to an area: so many places went from one state to another. */
export interface OwnMove {
  readonly area: string;
  readonly quantity: number;
  readonly from: 'free' | 'held';
  readonly to: 'free' | 'held' | 'booked';
}

/**
 * The areas of one event, told by the same two sources as its seats (seat-map-model.ts). A count does not say whose places it
 * counts, so what is laid over it are the holder's own changes that the map has not reached yet, each once: a change has a seq
 * of its own, however often it is told.
 *
 *   map at seq 40: free 90, held 10
 *   accepted hold of 3 places at seq 43:  free 87, held 13    laid over, until the map
 *   map at seq 43: free 85, held 15       free 85, held 15    has reached it
 */
export class LiveAreas {
  readonly #counts = new Map<string, LiveArea>();
  /** By the seq of the change, all above the map's. */
  readonly #moves = new Map<number, OwnMove>();

  get all(): readonly LiveArea[] {
    return [...this.#counts.values()].map((counts) => this.#withMoves(counts));
  }

  of(area: string): LiveArea | null {
    const counts = this.#counts.get(area);
    return counts === undefined ? null : this.#withMoves(counts);
  }

  /** These are all areas that there are. */
  replace(areas: readonly AreaCounts[]): void {
    this.#counts.clear();
    this.update(areas);
  }

  update(areas: readonly AreaCounts[]): void {
    for (const [area, free, held, booked, blocked] of areas) {
      this.#counts.set(area, { area, free, held, booked, blocked });
    }
  }

  /** The map has followed the event up to `seq`: its counts have everything until then. Returns whether anything was laid over. */
  reach(seq: number): boolean {
    const before = this.#moves.size;
    for (const moveSeq of this.#moves.keys()) if (moveSeq <= seq) this.#moves.delete(moveSeq);
    return this.#moves.size < before;
  }

  /** Change `seq`, which the map has not reached yet, was this. */
  lay(seq: number, move: OwnMove): void {
    this.#moves.set(seq, move);
  }

  /**
   * No more places leave a state than it has: what others did between the map's seq and the move's is not known yet, and a
   * count is never negative. Hence each area's sum stays its capacity.
   */
  #withMoves(counts: LiveArea): LiveArea {
    const shown = { ...counts };
    for (const [, { area, quantity, from, to }] of [...this.#moves].sort(([a], [b]) => a - b)) {
      if (area !== counts.area) continue;
      const moved = Math.min(quantity, shown[from]);
      shown[from] -= moved;
      shown[to] += moved;
    }
    return shown;
  }
}
