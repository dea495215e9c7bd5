import type { SealedBatch } from './port.js';

/** A statement on its way to the in-memory store. */
export type StoreStatement =
  | { readonly kind: 'append'; readonly batches: readonly SealedBatch[] }
  | { readonly kind: 'claim'; readonly eventId: string; readonly claimant: string }
  | { readonly kind: 'rest' | 'saveSnapshot' | 'read'; readonly eventId: string | null };

/**
 * What befalls statements: tests and the simulation decide, so that each run can be repeated exactly. Either hook may
 * delay by returning a promise.
 *
 *     caller ──► before ──► effect, atomically ──► after ──► caller
 */
export interface Faults {
  /**
   * Before the statement takes effect. A thrown `StatementFailed` is a refusal; any other error leaves the outcome unknown to the
   * caller, and nothing was committed. `late`: the outcome is unknown to the caller as well, and the statement takes
   * effect when `deliverLate` is called. Reads have no effect, so `late` only loses them.
   */
  before?(statement: StoreStatement): 'now' | 'late' | Promise<'now' | 'late'>;
  /** After it took effect: a thrown error leaves the outcome unknown to the caller, and it was committed. */
  after?(statement: StoreStatement): void | Promise<void>;
}

/** The connection broke before the answer came. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
  constructor(kind: StoreStatement['kind']) {
    super(`Cannot tell whether the statement took effect as no answer came: ${kind}`);
  }
}
