import { must } from '../../lib/must.js';
import type { Faults, StoreStatement } from '../faults.js';
import type { SealedBatch } from '../port.js';

type Kind = StoreStatement['kind'];

interface Plan {
  readonly kind: Kind;
  readonly before?: () => 'now' | 'late' | Promise<'now' | 'late'>;
  readonly after?: () => void;
}

/** A statement that waits, before it takes effect, until the test lets it go on. */
export interface HeldStatement {
  readonly isReached: boolean;
  letGo(): void;
  /** It fails without an effect. */
  fail(error: Error): void;
}

/** Faults that a test directs: each plan befalls the next statement of its kind that has none; all others pass. */
export class DirectedFaults implements Faults {
  /** All that reached the store, in order. */
  readonly statements: StoreStatement[] = [];
  readonly #plans: Plan[] = [];
  readonly #underWay = new Map<StoreStatement, Plan>();

  hold(kind: Kind): HeldStatement {
    let isReached = false;
    let settle: { resolve(when: 'now'): void; reject(error: Error): void } | null = null;
    const fate = new Promise<'now'>((resolve, reject) => {
      settle = { resolve, reject };
    });
    // The test may let it fail before anybody has reached it.
    fate.catch(() => undefined);
    this.#plans.push({
      kind,
      before: () => {
        isReached = true;
        return fate;
      },
    });
    return {
      get isReached() {
        return isReached;
      },
      letGo: () => must(settle, 'the fate of a statement').resolve('now'),
      fail: (error) => must(settle, 'the fate of a statement').reject(error),
    };
  }

  /** It has no effect; the caller learns that only from a `StatementFailed`. */
  failBefore(kind: Kind, error: Error): void {
    this.#plans.push({
      kind,
      before: () => {
        throw error;
      },
    });
  }

  /** It takes effect, and the caller does not learn that. */
  failAfter(kind: Kind, error: Error): void {
    this.#plans.push({
      kind,
      after: () => {
        throw error;
      },
    });
  }

  /** The caller does not learn what becomes of it; it takes effect at the store's `deliverLate`. */
  delay(kind: Kind): void {
    this.#plans.push({ kind, before: () => 'late' });
  }

  /** The batches of each append, in the order in which they were sent. */
  get appends(): readonly (readonly SealedBatch[])[] {
    return this.statements.flatMap((statement) => (statement.kind === 'append' ? [statement.batches] : []));
  }

  count(kind: Kind): number {
    return this.statements.filter((statement) => statement.kind === kind).length;
  }

  before(statement: StoreStatement): 'now' | 'late' | Promise<'now' | 'late'> {
    this.statements.push(statement);
    const index = this.#plans.findIndex(({ kind }) => kind === statement.kind);
    if (index < 0) return 'now';
    const plan = must(this.#plans.splice(index, 1)[0], 'the plan');
    this.#underWay.set(statement, plan);
    return plan.before?.() ?? 'now';
  }

  after(statement: StoreStatement): void {
    const plan = this.#underWay.get(statement);
    this.#underWay.delete(statement);
    plan?.after?.();
  }
}
