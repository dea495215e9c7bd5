import { InvariantError } from '../lib/assert.js';
import { must } from '../lib/must.js';
import type { AreaCounts } from '../protocol/down.js';
import type { AreaConfiguration } from './configuration.js';
import { type SeatState, seatStates } from './seat-state.js';

const { free, held, booked, blocked } = seatStates;
/** Counters an area. */
const stateCount = 4;

/**
 * General admission: how many places of each area are free, held, booked and blocked. An area is named by its index in the
 * chart's order. What leaves one counter enters another, so that they always add up to the capacity (I11).
 */
export class Areas {
  readonly #indexes = new Map<string, number>();
  /** By area, then by `seatStates`. */
  readonly #counts: Uint32Array;

  constructor(private readonly configurations: readonly AreaConfiguration[]) {
    this.#counts = new Uint32Array(configurations.length * stateCount);
    for (const [index, { area, capacity }] of configurations.entries()) {
      this.#indexes.set(area, index);
      this.#counts[index * stateCount + free] = capacity;
    }
  }

  get count(): number {
    return this.configurations.length;
  }

  get byteLength(): number {
    return this.#counts.byteLength;
  }

  /** -1 where there is no such area. */
  indexOf(areaId: string): number {
    return this.#indexes.get(areaId) ?? -1;
  }

  idOf(index: number): string {
    return this.#configurationOf(index).area;
  }

  /** Index in the event's `categories`. */
  categoryOf(index: number): number {
    return this.#configurationOf(index).category;
  }

  freeOf(index: number): number {
    return this.countOf(index, free);
  }

  /** How many places are in this state. */
  countOf(index: number, state: SeatState): number {
    return must(this.#counts[index * stateCount + state], 'an area');
  }

  countsOf(index: number): AreaCounts {
    return [
      this.idOf(index),
      this.countOf(index, free),
      this.countOf(index, held),
      this.countOf(index, booked),
      this.countOf(index, blocked),
    ];
  }

  /** In the chart's order. */
  all(): AreaCounts[] {
    return this.configurations.map((_, index) => this.countsOf(index));
  }

  /** [I11] Places move only out of the state that they are in: no counter falls below 0. */
  move(index: number, from: SeatState, to: SeatState, quantity: number): void {
    const left = this.countOf(index, from) - quantity;
    if (!Number.isSafeInteger(quantity) || quantity < 1 || left < 0) {
      throw new InvariantError(
        `[I11] Cannot change the state of places from ${from} to ${to} as so many are not in it: area is ${this.idOf(index)}, quantity is ${quantity}, counts are ${this.countsOf(index).slice(1).join()}`,
      );
    }
    this.#counts[index * stateCount + from] = left;
    this.#counts[index * stateCount + to] = this.countOf(index, to) + quantity;
  }

  /** Throws unless the counters of each area add up to its capacity. */
  check(): void {
    for (const [index, { area, capacity }] of this.configurations.entries()) {
      const [, ...counts] = this.countsOf(index);
      const places = counts.reduce((sum, count) => sum + count, 0);
      if (places !== capacity) {
        throw new InvariantError(
          `[I11] Cannot trust an area as its counts do not add up to its capacity: area is ${area}, counts are ${counts.join()}, capacity is ${capacity}`,
        );
      }
    }
  }

  #configurationOf(index: number): AreaConfiguration {
    return must(this.configurations[index], 'an area');
  }
}
