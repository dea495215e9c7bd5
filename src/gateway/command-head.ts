import { isCommandId, isId } from '../protocol/field.js';
import type { Exchange } from './exchange.js';
import { type Problem, problem } from './problem.js';
import type { Request } from './request.js';

/** What the head of a command over REST says, besides who sends it. */
export interface CommandHead {
  readonly eventId: string;
  /** `Idempotency-Key`. */
  readonly commandId: string;
}

const idPlaces = { eventId: 0, holdId: 1 } as const;

/** Null where it is none, and the client has been told. */
export function readCommandHead(request: Request, exchange: Exchange): CommandHead | null {
  const commandId = request.header('idempotency-key');
  if (!isCommandId(commandId)) {
    exchange.problem(badKey);
    return null;
  }
  const eventId = readEventId(request, exchange);
  return eventId === null ? null : { eventId, commandId };
}

/** As above, where the address names a hold of the event. */
export function readHoldCommandHead(
  request: Request,
  exchange: Exchange,
): (CommandHead & { readonly holdId: string }) | null {
  const head = readCommandHead(request, exchange);
  if (head === null) return null;
  const holdId = request.parameter(idPlaces.holdId);
  if (isId(holdId)) return { ...head, holdId };
  exchange.problem(problem('unknown_hold', 'Cannot find the hold as the address names none'));
  return null;
}

/** Null where the address names no possible event, and the client has been told. */
export function readEventId(request: Request, exchange: Exchange): string | null {
  const eventId = request.parameter(idPlaces.eventId);
  if (isId(eventId)) return eventId;
  exchange.problem(problem('unknown_event', 'Cannot find the event as the address names none'));
  return null;
}

const badKey: Problem = problem(
  'bad_frame',
  'Cannot accept the request as its Idempotency-Key is missing or not 8 to 64 characters A-Z a-z 0-9 _ -',
);
