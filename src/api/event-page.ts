import { z } from 'zod';
import { protocolLimits } from '../protocol/limits.js';
import { fault, readRequest } from './problem.js';

const querySchema = z.object({
  limit: z.coerce.number().int().min(1).max(1000).optional(),
  after: z.string().min(1).max(protocolLimits.idLengthMax).optional(),
});

export interface EventPage<T> {
  readonly events: readonly T[];
  /** What `after` is for the page behind this one; absent on the last. */
  readonly next?: string;
}

/**
 * `?limit=&after=` of `GET /v1/events`: a part of the list; all of it where neither is there.
 * @throws Problem 400 where `after` names no event of the list, as when it was taken down meanwhile
 */
export function pageOf<T extends { readonly eventId: string }>(rows: readonly T[], query: unknown): EventPage<T> {
  const { limit = rows.length, after } = readRequest(querySchema, query, 'query');
  const first = after === undefined ? 0 : rows.findIndex(({ eventId }) => eventId === after) + 1;
  if (after !== undefined && first === 0) throw fault('after', `no such event in the list: ${after}`);
  const events = rows.slice(first, first + limit);
  const last = events.at(-1);
  return first + events.length < rows.length && last !== undefined ? { events, next: last.eventId } : { events };
}
