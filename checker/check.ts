import type { Entry } from './change.js';
import { EventHistory } from './event-history.js';
import { EventModel } from './event-model.js';
import { isCommand, keyOf, okOf, type Operation, refusalOf } from './history.js';
import { decodeJournal, type JournalRow } from './journal-decoder.js';
import { Knowledge } from './knowledge.js';
import { checkAnswers } from './rules/answers.js';
import { CapacityRule } from './rules/capacity.js';
import { ClaimsRule } from './rules/claims.js';
import { CommandIdsRule } from './rules/command-ids.js';
import { DeadlinesRule } from './rules/deadlines.js';
import { checkEffects, checkNobodyElse } from './rules/effects.js';
import type { JournalRule } from './rules/journal-rule.js';
import { LimitsRule } from './rules/limits.js';
import { OrderRule } from './rules/order.js';
import { checkOwnHolds } from './rules/own-holds.js';
import { checkPromises } from './rules/promises.js';
import { checkRealTime } from './rules/real-time.js';
import { checkRefusals } from './rules/refusals.js';
import { checkShownMaps } from './rules/shown-maps.js';
import { checkBookings, checkHead, type EventTables } from './rules/tables.js';
import { TotalsRule } from './rules/totals.js';
import { checkWatchers } from './rules/watchers.js';
import { Timeline } from './timeline.js';
import { type Violation, Violations } from './violations.js';

export interface CheckOptions {
  /** What clients did and saw of the event; null: not known. */
  readonly operations?: readonly Operation[] | null;
  /** The operations are all that any holder ever sent. */
  readonly isComplete?: boolean;
  /** By how much the clients' clock and the database's may drift apart over the life of a hold. */
  readonly clockToleranceMs?: number;
  /**
   * For so long a writer that was superseded may still answer what needs no write (refusals, `my holds`) from what it knew
   * last: the life of its lease (docs/ARCHITECTURE.md, "Known limits"). Left out: not at all.
   */
  readonly staleForMs?: number;
  /** Violations told of each invariant; the others are counted. */
  readonly perInvariantMax?: number;
}

export interface Verdict {
  readonly eventId: string;
  readonly epoch: number;
  /** Where the journal ends. */
  readonly seq: number;
  readonly batches: number;
  /** Changes that were judged; less than `seq` where the journal is damaged. */
  readonly entries: number;
  readonly bookings: number;
  readonly operations: number;
  readonly violations: readonly Violation[];
  /** Violations found beyond those. */
  readonly leftOut: number;
}

const clockToleranceMsDefault = 20;
const perInvariantMaxDefault = 20;

/**
 * Checks one event. Give it the rows of its journal in order, then ask for the verdict:
 *
 *     journal rows ─► decoder ─► rules before ─► model ─► rules after ─► timeline
 *                                                  │                        │ only with histories
 *     tables ──────────────────────────────────────┴─► tables = replay      │
 *     histories ────────────────────────────────────────────────────────────┴─► answers, refusals, maps, times
 *
 * It never throws: whatever is wrong is a violation.
 */
export class EventCheck {
  readonly #violations: Violations;
  readonly #history: EventHistory | null;
  readonly #order: OrderRule;
  readonly #rules: readonly JournalRule[];
  #event: EventModel | null = null;
  #timeline: Timeline | null = null;
  /** A gap or damage: what comes after it cannot be judged. */
  #isBroken = false;
  #batches = 0;
  #entries = 0;

  constructor(
    readonly eventId: string,
    private readonly options: CheckOptions = {},
  ) {
    this.#violations = new Violations(eventId, options.perInvariantMax ?? perInvariantMaxDefault);
    const { report } = this.#violations;
    const { operations = null } = options;
    this.#history = operations === null ? null : new EventHistory(operations);
    this.#order = new OrderRule(report);
    this.#rules = [
      new ClaimsRule(report),
      new DeadlinesRule(report),
      new LimitsRule(report),
      new CapacityRule(report),
      new CommandIdsRule(report),
      new TotalsRule(report),
    ];
  }

  /** The next row of the event's journal. */
  row(row: JournalRow): void {
    this.#batches += 1;
    if (!this.#order.row(row)) this.#isBroken = true;
    if (this.#isBroken) return;
    try {
      for (const entry of decodeJournal(row)) this.#entry(entry);
    } catch (error) {
      this.#isBroken = true;
      const reason = error instanceof Error ? error.message : String(error);
      this.#violations.report(
        'I13',
        `the journal cannot be read from change ${row.firstSeq} on: ${reason}`,
        row.firstSeq,
      );
    }
  }

  #entry(entry: Entry): void {
    this.#order.entry(entry);
    const { change } = entry;
    this.#entries += 1;
    if (this.#event === null) {
      if (change.kind !== 'EventOpened') throw new Error('change 1 opens no event');
      this.#event = new EventModel(change.configuration);
      if (this.#history !== null) this.#timeline = new Timeline(this.#event);
    }
    const event = this.#event;
    for (const rule of this.#rules) rule.before?.(entry, event);
    event.apply(entry);
    for (const rule of this.#rules) rule.after?.(entry, event);
    this.#timeline?.record(entry, event);
    if (this.#history !== null && 'identity' in change) {
      this.#history.made(keyOf(change.identity.holderId, change.identity.commandId), entry.seq);
    }
  }

  /** Call when all rows are in. `tables`: as of the same moment as the rows; null: not known. */
  verdict(tables: EventTables | null): Verdict {
    if (!this.#isBroken) {
      if (this.#event === null) this.#checkNoEvent();
      else this.#checkEvent(this.#event, tables);
    }
    return {
      eventId: this.eventId,
      epoch: this.#order.epoch,
      seq: this.#order.seq,
      batches: this.#batches,
      entries: this.#entries,
      bookings: this.#event?.bookings.size ?? 0,
      operations: this.#history?.operations.length ?? 0,
      violations: this.#violations.all,
      leftOut: this.#violations.count - this.#violations.all.length,
    };
  }

  #checkEvent(event: EventModel, tables: EventTables | null): void {
    const { report } = this.#violations;
    if (tables !== null) {
      checkHead(report, tables.head, event);
      checkBookings(report, tables, event);
    }
    const [timeline, history] = [this.#timeline, this.#history];
    if (timeline === null || history === null) return;
    const { staleForMs = 0 } = this.options;
    const knowledge = new Knowledge(timeline.lastSeq, history, staleForMs);
    checkAnswers(report, timeline, history);
    checkEffects(report, timeline, knowledge, history);
    if (this.options.isComplete === true) checkNobodyElse(report, timeline, history);
    checkRealTime(report, history, staleForMs);
    checkRefusals(report, timeline, knowledge, history);
    const toleranceMs = this.options.clockToleranceMs ?? clockToleranceMsDefault;
    checkPromises(report, timeline, knowledge, history, toleranceMs);
    checkOwnHolds(report, timeline, history);
    checkWatchers(report, timeline, history);
    checkShownMaps(report, timeline, history);
  }

  /** The database does not know the event: then nobody may have been told anything of it, or been refused but for that. */
  #checkNoEvent(): void {
    for (const operation of this.#history?.operations ?? []) {
      const code = refusalOf(operation)?.code;
      if (okOf(operation) === null && (code === undefined || code === 'unknown_event')) continue;
      const what = `there is no event, and process ${operation.process} was answered ${code ?? 'ok'}`;
      this.#violations.report(isCommand(operation) ? 'I6' : 'I10', what);
    }
  }
}

export interface EventEvidence {
  readonly eventId: string;
  readonly rows: Iterable<JournalRow>;
  readonly tables?: EventTables | null;
}

/** Checks one event whose evidence is all at hand. */
export function checkEvent({ eventId, rows, tables = null }: EventEvidence, options: CheckOptions = {}): Verdict {
  const check = new EventCheck(eventId, options);
  for (const row of rows) check.row(row);
  return check.verdict(tables);
}
