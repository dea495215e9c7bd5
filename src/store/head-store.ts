import { fromInt8 } from './int8.js';
import type { Queryable } from './queryable.js';

export interface EventHead {
  readonly epoch: number;
  readonly seq: number;
  readonly owner: string;
}

const readHead = {
  name: 'read-head',
  text: 'select epoch, seq, owner from event_head where event_id = $1',
};

/** Who owns an event, for operators. What writes the head is the journal's store alone. */
export class HeadStore {
  constructor(private readonly connection: Queryable) {}

  async read(eventId: string): Promise<EventHead | null> {
    const { rows } = await this.connection.query<{ epoch: string; seq: string; owner: string }>({
      ...readHead,
      values: [eventId],
    });
    const [row] = rows;
    return row === undefined ? null : { epoch: fromInt8(row.epoch), seq: fromInt8(row.seq), owner: row.owner };
  }
}
