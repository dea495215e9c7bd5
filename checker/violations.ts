/** The invariants of design.md, section 3. */
export const invariants = [
  'I1',
  'I2',
  'I3',
  'I4',
  'I5',
  'I6',
  'I7',
  'I8',
  'I9',
  'I10',
  'I11',
  'I12',
  'I13',
  'I14',
] as const;

export type Invariant = (typeof invariants)[number];

export interface Violation {
  readonly invariant: Invariant;
  readonly eventId: string;
  /** The change that breaks it, where it is one change. */
  readonly seq?: number;
  readonly message: string;
}

/** Tells of a violation. */
export type Report = (invariant: Invariant, message: string, seq?: number) => void;

/** The violations of one event: the first of each invariant, and how many more there are. A broken run may have millions. */
export class Violations {
  readonly all: Violation[] = [];
  #counts = new Map<Invariant, number>();

  constructor(
    private readonly eventId: string,
    private readonly perInvariantMax: number,
  ) {}

  get count(): number {
    let count = 0;
    for (const some of this.#counts.values()) count += some;
    return count;
  }

  readonly report: Report = (invariant, message, seq) => {
    const count = this.#counts.get(invariant) ?? 0;
    this.#counts.set(invariant, count + 1);
    if (count >= this.perInvariantMax) return;
    this.all.push({ invariant, eventId: this.eventId, ...(seq === undefined ? {} : { seq }), message });
  };
}
