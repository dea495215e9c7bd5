import type { SimulationReport } from './simulation.js';
import { sometimesNames } from './sometimes.js';

const faultPrefix = 'fault: ';

/** The sum of many seeds' reports. */
export class Tally {
  seeds = 0;
  operations = 0;
  /** With reads, subscribes and old commands sent again. */
  begun = 0;
  crashes = 0;
  faultCount = 0;
  readonly #faults = new Map<string, number>();
  readonly #met = new Map<string, number>();

  add({ operations, begun, crashes, faults, sometimes }: SimulationReport): void {
    this.seeds += 1;
    this.operations += operations;
    this.begun += begun;
    this.crashes += crashes;
    for (const [name, count] of Object.entries(faults)) {
      this.faultCount += count;
      this.#faults.set(name, (this.#faults.get(name) ?? 0) + count);
    }
    for (const [name, count] of Object.entries(sometimes)) this.#met.set(name, (this.#met.get(name) ?? 0) + count);
  }

  get crashesPerThousand(): string {
    return this.#perThousand(this.crashes);
  }

  get neverMet(): readonly string[] {
    return sometimesNames.filter((name) => !this.#met.has(name));
  }

  /** How many of the situations that a run should meet were met. */
  get situationsMet(): string {
    return `${sometimesNames.length - this.neverMet.length} of ${sometimesNames.length}`;
  }

  /** The faults in one line. */
  get faults(): string {
    return listed(this.#faults);
  }

  /** Faults and situations, each with its count, as tables for docs/RELIABILITY.md. */
  get tables(): string {
    const faults = sorted(this.#faults).map(([name, count]) => [name, String(count), this.#perThousand(count)]);
    const situations = sometimesNames
      .filter((name) => !name.startsWith(faultPrefix))
      .map((name) => [name, String(this.#met.get(name) ?? 0)]);
    return [
      ...table(['fault', 'times', 'in 1,000 operations'], faults),
      '',
      ...table(['situation', 'times'], situations),
    ].join('\n');
  }

  #perThousand(count: number): string {
    return ((count * 1_000) / Math.max(1, this.operations)).toFixed(2);
  }
}

export function listed(counts: ReadonlyMap<string, number>): string {
  return sorted(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function sorted(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].toSorted(([one], [other]) => (one < other ? -1 : 1));
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}
