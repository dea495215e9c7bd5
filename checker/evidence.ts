import { EventCheck, type CheckOptions, type Verdict } from './check.js';
import type { Operation } from './history.js';
import type { JournalRow } from './journal-decoder.js';
import type { EventTables } from './rules/tables.js';

/** Journal and tables of one event, all as of one moment. */
export interface StoredEvent {
  /** In the order of the journal. */
  rows(): AsyncIterable<JournalRow>;
  tables(): Promise<EventTables>;
}

/** Where the journals and tables of an installation's events can be read: its database, or a file that was kept of it. */
export interface Evidence {
  eventIds(): Promise<string[]>;
  /** Gives the event to `read`; until it has ended, nothing that is committed meanwhile is seen. */
  withEvent<T>(eventId: string, read: (event: StoredEvent) => Promise<T>): Promise<T>;
}

export interface EvidenceOptions extends Omit<CheckOptions, 'operations'> {
  /** By event; null: not known. */
  readonly histories?: ReadonlyMap<string, readonly Operation[]> | null;
  /** Left out: all that there is evidence of, and all that histories tell of. */
  readonly eventIds?: readonly string[];
}

/** Checks one event after the other. */
export async function* checkEvidence(
  evidence: Evidence,
  { histories = null, eventIds, ...options }: EvidenceOptions = {},
): AsyncGenerator<Verdict, void, undefined> {
  const chosen = eventIds ?? new Set([...(await evidence.eventIds()), ...(histories?.keys() ?? [])]);
  for (const eventId of chosen) {
    const operations = histories === null ? null : (histories.get(eventId) ?? []);
    yield await evidence.withEvent(eventId, async (stored) => {
      const check = new EventCheck(eventId, { ...options, operations });
      for await (const row of stored.rows()) check.row(row);
      return check.verdict(await stored.tables());
    });
  }
}

/** By event. */
export function historiesOf(operations: Iterable<Operation>): Map<string, Operation[]> {
  const histories = new Map<string, Operation[]>();
  for (const operation of operations) {
    const known = histories.get(operation.eventId);
    if (known === undefined) histories.set(operation.eventId, [operation]);
    else known.push(operation);
  }
  return histories;
}

export function violationsIn({ violations, leftOut }: Verdict): number {
  return violations.length + leftOut;
}

/** A line for the event, and one for each violation. */
export function verdictText(verdict: Verdict): string {
  const { eventId, epoch, seq, entries, batches, bookings, operations, violations, leftOut } = verdict;
  const judged = `${entries} changes in ${batches} batches, ${bookings} bookings, ${operations} operations of clients`;
  const lines = [`${eventId}: seq ${seq}, epoch ${epoch}; ${judged}: ${violations.length === 0 ? 'ok' : 'BROKEN'}`];
  for (const { invariant, seq: at, message } of violations) {
    lines.push(`  ${invariant}${at === undefined ? '' : `, change ${at}`}: ${message}`);
  }
  if (leftOut > 0) lines.push(`  and ${leftOut} more`);
  return lines.join('\n');
}
