import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Evidence, StoredEvent } from './evidence.js';
import type { JournalRow } from './journal-decoder.js';
import { LineWriter } from './line-writer.js';
import type { EventTables } from './rules/tables.js';

/**
 * Journals and tables in a file, so that what was found in a database can be looked at when the database is gone. One JSON
 * object a line: the rows of an event's journal in their order, `blob` in base64, then its tables.
 */
type Line =
  | { readonly eventId: string; readonly row: Omit<JournalRow, 'blob'> & { readonly blob: string } }
  | { readonly eventId: string; readonly tables: EventTables };

/** @param path is overwritten */
export async function keepEvidence(path: string, evidence: Evidence, eventIds: readonly string[]): Promise<void> {
  const file = new LineWriter(path);
  const keep = (line: Line): void => file.append(JSON.stringify(line));
  for (const eventId of eventIds) {
    await evidence.withEvent(eventId, async (stored) => {
      for await (const row of stored.rows()) {
        keep({ eventId, row: { ...row, blob: Buffer.from(row.blob).toString('base64') } });
      }
      keep({ eventId, tables: await stored.tables() });
    });
    await file.flush();
  }
  await file.close();
}

/**
 * Keeps what was found to be broken, in `folder`. Returns the command that judges it again.
 * @param historyFile null: nothing is known of clients
 */
export async function keepFinding(
  folder: string,
  evidence: Evidence,
  eventIds: readonly string[],
  historyFile: string | null,
  isComplete: boolean,
): Promise<string> {
  const path = join(folder, 'evidence.jsonl');
  await keepEvidence(path, evidence, eventIds);
  const histories = historyFile === null ? '' : ` --history ${historyFile}${isComplete ? ' --complete' : ''}`;
  return `npm run check:history -- --evidence ${path}${histories}`;
}

/** What was kept, all of it in memory. */
export class KeptEvents implements Evidence {
  readonly #events = new Map<string, { readonly rows: JournalRow[]; tables: EventTables }>();

  private constructor() {}

  /** @throws Error where the file cannot be read, or a line is none of evidence */
  static async read(path: string): Promise<KeptEvents> {
    const kept = new KeptEvents();
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line !== '') kept.#take(JSON.parse(line) as Line);
    }
    return kept;
  }

  eventIds(): Promise<string[]> {
    return Promise.resolve([...this.#events.keys()]);
  }

  withEvent<T>(eventId: string, read: (event: StoredEvent) => Promise<T>): Promise<T> {
    const { rows, tables } = this.#eventOf(eventId);
    return read({ rows: () => all(rows), tables: () => Promise.resolve(tables) });
  }

  #take(line: Line): void {
    const event = this.#eventOf(line.eventId);
    this.#events.set(line.eventId, event);
    if ('tables' in line) event.tables = line.tables;
    else event.rows.push({ ...line.row, blob: Buffer.from(line.row.blob, 'base64') });
  }

  #eventOf(eventId: string): { readonly rows: JournalRow[]; tables: EventTables } {
    return this.#events.get(eventId) ?? { rows: [], tables: { head: null, bookings: [], bookedSeats: [] } };
  }
}

async function* all<T>(items: readonly T[]): AsyncGenerator<T, void, undefined> {
  yield* items;
}
