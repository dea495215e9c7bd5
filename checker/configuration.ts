import type { AreaPlaces } from './change.js';

/** What an event's decisions rest on: the JSON of `EventOpened` (docs/JOURNAL.md, section 3), as far as it is checked. */
export interface Configuration {
  readonly seatCount: number;
  readonly currency: string;
  readonly categories: readonly string[];
  readonly pricesMinor: readonly number[];
  /** `[category index, number of seats]` over the seats in index order. */
  readonly seatCategories: readonly Run[];
  readonly areas: readonly AreaConfiguration[];
  readonly layout: Layout | null;
  readonly onSaleAtMs: number | null;
  readonly closesAtMs: number | null;
  readonly holdTtlMs: number;
  readonly seatsPerHoldMax: number;
  readonly holdsPerHolderMax: number;
  readonly seatsPerHolderMax: number;
  readonly extensionsPerHoldMax: number;
  readonly confirmBy: 'holder' | 'server';
}

export type Run = readonly [value: number, seats: number];

export interface AreaConfiguration {
  readonly area: string;
  readonly capacity: number;
  readonly category: number;
}

export interface Layout {
  readonly sections: readonly string[];
  readonly seatSections: readonly Run[];
  /** 0 ordinary, 1 wheelchair, 2 companion. */
  readonly seatAccess: readonly Run[];
}

/** @throws Error where the text is no JSON, or lacks something */
export function parseConfiguration(json: string): Configuration {
  const fields: unknown = JSON.parse(json);
  if (!isRecord(fields)) throw new Error('the configuration is no object');
  // Written before there were areas and layouts: none of either.
  const read = { ...fields, areas: fields['areas'] ?? [], layout: fields['layout'] ?? null };
  for (const [key, isRight] of Object.entries(shape)) {
    if (!isRight(read[key as keyof typeof read])) throw new Error(`the configuration has no proper ${key}`);
  }
  return read as unknown as Configuration;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isMoment = (value: unknown): boolean => value === null || isCount(value);
const isText = (value: unknown): boolean => typeof value === 'string';
const listOf =
  (isItem: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every(isItem);
const isRun = (value: unknown): boolean => listOf(isCount)(value) && (value as unknown[]).length === 2;
const isArea = (value: unknown): boolean =>
  isRecord(value) && isText(value['area']) && isCount(value['capacity']) && isCount(value['category']);
const isLayout = (value: unknown): boolean =>
  value === null ||
  (isRecord(value) &&
    listOf(isText)(value['sections']) &&
    listOf(isRun)(value['seatSections']) &&
    listOf(isRun)(value['seatAccess']));

const shape: Record<keyof Configuration, (value: unknown) => boolean> = {
  seatCount: isCount,
  currency: isText,
  categories: listOf(isText),
  pricesMinor: listOf(isCount),
  seatCategories: listOf(isRun),
  areas: listOf(isArea),
  layout: isLayout,
  onSaleAtMs: isMoment,
  closesAtMs: isMoment,
  holdTtlMs: isCount,
  seatsPerHoldMax: isCount,
  holdsPerHolderMax: isCount,
  seatsPerHolderMax: isCount,
  extensionsPerHoldMax: isCount,
  confirmBy: (value) => value === 'holder' || value === 'server',
};

/** What each seat is worth and where it is: the run-length lists written out. */
export class Chart {
  readonly #categories: readonly number[];
  readonly #sections: readonly number[];
  readonly #access: readonly number[];

  constructor(readonly configuration: Configuration) {
    this.#categories = writtenOut(configuration.seatCategories);
    this.#sections = writtenOut(configuration.layout?.seatSections ?? []);
    this.#access = writtenOut(configuration.layout?.seatAccess ?? []);
  }

  has(seat: number): boolean {
    return seat >= 0 && seat < this.configuration.seatCount;
  }

  /** Key of the seat's category. */
  categoryOf(seat: number): string | undefined {
    return this.configuration.categories[this.#categories[seat] ?? -1];
  }

  /** Key of the seat's section; undefined where the event has no layout. */
  sectionOf(seat: number): string | undefined {
    return this.configuration.layout?.sections[this.#sections[seat] ?? -1];
  }

  isWheelchairPlace(seat: number): boolean {
    return this.#access[seat] === 1;
  }

  /** Neither a wheelchair place nor a companion's. */
  isOrdinary(seat: number): boolean {
    return (this.#access[seat] ?? 0) === 0;
  }

  get ordinarySeats(): number {
    const { seatCount } = this.configuration;
    return seatCount - this.#access.reduce((others, access) => others + (access === 0 ? 0 : 1), 0);
  }

  /** The price of so many seats, or places; NaN where one has none. */
  totalMinor(seats: readonly number[], places: AreaPlaces | null): number {
    const { pricesMinor, areas } = this.configuration;
    let total = 0;
    for (const seat of seats) total += pricesMinor[this.#categories[seat] ?? -1] ?? Number.NaN;
    if (places === null) return total;
    const area = areas.find((one) => one.area === places.area);
    return total + places.quantity * (pricesMinor[area?.category ?? -1] ?? Number.NaN);
  }
}

function writtenOut(runs: readonly Run[]): number[] {
  return runs.flatMap(([value, seats]) => Array<number>(seats).fill(value));
}
