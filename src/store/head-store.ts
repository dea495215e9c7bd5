import type { EventHead, EventHeads } from '../journal/port.js';
import { fromInt8 } from './int8.js';
import type { Queryable } from './queryable.js';
import * as sql from './sql/head.js';

/** Who owns an event, for operators and for those who look for it. What writes the head is the journal's store alone, but for `give`. */
export class HeadStore implements EventHeads {
  constructor(private readonly connection: Queryable) {}

  async head(eventId: string): Promise<EventHead | null> {
    const { rows } = await this.connection.query<HeadRow>({ ...sql.readHead, values: [eventId] });
    const [row] = rows;
    if (row === undefined) return null;
    const { owner, rested, journal_format: journalFormat } = row;
    return { epoch: fromInt8(row.epoch), seq: fromInt8(row.seq), owner, rested, journalFormat };
  }

  async give(eventId: string, { epoch, owner }: EventHead, next: string): Promise<boolean> {
    const values = [eventId, epoch, owner, next];
    const { rowCount } = await this.connection.query({ ...sql.giveEvent, values });
    return rowCount === 1;
  }

  /** How many events each incarnation serves. */
  async countsByOwner(): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.connection.query<{ owner: string; events: number }>(sql.countByOwner);
    return new Map(rows.map(({ owner, events }) => [owner, events]));
  }
}

interface HeadRow {
  readonly epoch: string;
  readonly seq: string;
  readonly owner: string;
  readonly rested: boolean;
  readonly journal_format: number;
}
