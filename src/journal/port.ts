/**
 * The journal's port. Two adapters keep it: `journal/memory-store.ts` (tests, simulation) and `store/journal-store.ts`
 * (Postgres); `journal/contract.ts` is the suite that both pass.
 */

/** One batch of one event: changes `firstSeq..lastSeq`, all made in `epoch`. A sealed batch never changes. */
export interface SealedBatch {
  readonly eventId: string;
  readonly epoch: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** docs/JOURNAL.md */
  readonly blob: Uint8Array;
  /** When the event must be woken next, in actor time; null: never. */
  readonly nextDeadlineMs: number | null;
  readonly bookings: readonly BookingRow[];
  /** Of bookings made in earlier batches. */
  readonly cancellations: readonly CancellationRow[];
}

export interface BookingRow {
  readonly bookingSeq: number;
  readonly holdEpoch: number;
  readonly holdSeq: number;
  readonly holderId: string;
  readonly commandId: string;
  /** Empty for a booking of places. */
  readonly seats: readonly number[];
  /** Of a booking of places: their area and how many; null for seats. */
  readonly area: string | null;
  readonly quantity: number | null;
  readonly totalMinor: number;
  readonly currency: string;
  readonly orderRef: string;
  readonly bookedAtMs: number;
  /** Not null: cancelled again in the same batch. */
  readonly cancelledAtMs: number | null;
}

export interface CancellationRow {
  readonly bookingSeq: number;
  readonly cancelledAtMs: number;
}

/** What the append found: the head as it stood when the statement ended. */
export interface AppendOutcome {
  readonly eventId: string;
  readonly appended: boolean;
  readonly epoch: number;
  readonly seq: number;
}

export interface StoredBatch {
  readonly epoch: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly blob: Uint8Array;
}

export interface StoredSnapshot {
  readonly epoch: number;
  readonly seq: number;
  readonly body: Uint8Array;
}

/** A new activation: nobody else can append from here on. */
export interface Grant {
  readonly epoch: number;
  readonly seq: number;
  /** The activation before this one came to rest in order; false after a crash. */
  readonly rested: boolean;
}

/** What became of a claim. `owner`: the incarnation that has the event. */
export type Claim =
  | { readonly kind: 'granted'; readonly grant: Grant }
  | { readonly kind: 'unknownEvent' }
  /** Its lease has not run out: whoever asks must ask there. */
  | { readonly kind: 'owned'; readonly owner: string }
  /** Its lease has run out, but the claimant may not take over yet. */
  | { readonly kind: 'runOut'; readonly owner: string }
  /** A newer release has written its journal, in `format`. `reader`: a living incarnation that reads it; null: there is none. */
  | { readonly kind: 'unreadable'; readonly format: number; readonly reader: string | null };

export interface StoredBooking {
  readonly bookingEpoch: number;
  readonly bookingSeq: number;
}

export interface JournalStore {
  /** Those of the ids that exist. */
  existing(eventIds: readonly string[]): Promise<readonly string[]>;
  /**
   * Makes `claimant`, an incarnation, the only writer, and raises the epoch: where nobody has the event, or the claimant itself,
   * or one whose lease is gone. One whose lease has *run out* loses it only where `mayTakeOver`, or where it had come to rest.
   * Whoever does not read the event's journal never owns it.
   * @param writes the format that the claimant may write from here on; default: what this release writes
   * @throws StatementFailed the claimant has no lease, or was superseded by its successor
   */
  claim(eventId: string, claimant: string, mayTakeOver: boolean, writes?: number): Promise<Claim>;
  /** Of those events, the ones that `owner` still has, and their epochs. */
  epochsOf(eventIds: readonly string[], owner: string): Promise<ReadonlyMap<string, number>>;
  /** The newest snapshot, or null. */
  snapshot(eventId: string): Promise<StoredSnapshot | null>;
  /** Batches that hold changes after `afterSeq`, in order. */
  batches(eventId: string, afterSeq: number): Promise<readonly StoredBatch[]>;
  /** The batch that holds change `seq`, or null. */
  batchAt(eventId: string, seq: number): Promise<StoredBatch | null>;
  /**
   * Appends batches of distinct events in one atomic statement, an outcome for each. A batch is appended where the head
   * still has its epoch and `seq = firstSeq − 1`.
   * @throws StatementFailed nothing was committed
   * @throws any other error: the outcome is unknown
   */
  append(batches: readonly SealedBatch[]): Promise<readonly AppendOutcome[]>;
  /** Keeps a snapshot where the epoch is still this one. */
  saveSnapshot(eventId: string, snapshot: StoredSnapshot): Promise<boolean>;
  /** Ends the activation in order, where epoch and seq are still these. `next`: who is to have the event; null: whoever claims it. */
  rest(eventId: string, epoch: number, seq: number, next: string | null): Promise<boolean>;
  /** The booking that this holder's confirm of this hold made, at any time; null where there is none. */
  bookingOfHold(eventId: string, holderId: string, holdSeq: number): Promise<StoredBooking | null>;
  /** The booking that this holder's command made, at any time. */
  bookingOfCommand(eventId: string, holderId: string, commandId: string): Promise<StoredBooking | null>;
  /** Events whose next deadline is at or before `untilMs`, earliest first; none that another node has whose lease lives, nor any that `owner` cannot read. */
  due(untilMs: number, limit: number, owner: string): Promise<readonly string[]>;
}

/** The server refused the statement: nothing of it was committed. */
export class StatementFailed extends Error {
  override readonly name = 'StatementFailed';
  constructor(
    message: string,
    /** The same statement may well succeed later (deadlock, shutting down, too many connections, disk full). */
    readonly transient: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Who owns an event, for those who route and move. What is read may be over when it arrives: only a claim decides. */
export interface EventHead {
  readonly epoch: number;
  readonly seq: number;
  /** An incarnation; empty: nobody. */
  readonly owner: string;
  /** The owner before came to rest: `owner` has not claimed it yet. */
  readonly rested: boolean;
  /** The newest that its journal may be in. */
  readonly journalFormat: number;
}

export interface EventHeads {
  head(eventId: string): Promise<EventHead | null>;
  /**
   * Names the next owner of an event that rests. Nothing is changed, and false, where the head is not as it was read: somebody
   * has claimed it.
   */
  give(eventId: string, head: EventHead, next: string): Promise<boolean>;
}
