import { askedOf } from '../../../checker/history-line.js';
import type { Asked, Output, Position } from '../../../checker/history.js';
import { refusalOf } from '../../../checker/wire-history.js';
import { recording, type RestAttempt } from './recording.js';
import type { Reply, Request } from './rest.js';

/** Sends a request and puts it into the recording, where it is of an event: a command, or a look at the seats. */
export async function recorded(
  method: string,
  url: string,
  given: Request,
  send: () => Promise<Reply>,
): Promise<Reply> {
  const { pathname } = new URL(url);
  const attempt = attemptOf(method, pathname, given);
  let reply: Reply;
  try {
    reply = await send();
  } catch (error) {
    if (attempt !== null) recording.loseRest(attempt);
    throw error;
  }
  if (attempt !== null) recording.settleRest(attempt, outputOf(reply));
  else if (method === 'GET') seeSeats(pathname, reply);
  else if (pathname === '/v1/sessions') learnHolder(reply);
  return reply;
}

/** Null: no command, or nobody knows of whom. */
function attemptOf(method: string, pathname: string, given: Request): RestAttempt | null {
  const [, eventId, rest] = /^\/v1\/events\/([^/]+)\/holds(.*)$/.exec(pathname) ?? [];
  const client = clientOf(given);
  if (eventId === undefined || given.key === undefined || client === null) return null;
  const asked = askedBy(`${method} ${rest}`, given);
  if (asked === null) return null;
  return recording.beginRest(client, eventId, asked);
}

/** The holder whose token it is or, where an integrator confirms, the one that it names. */
function clientOf({ token = '', body }: Request): string | null {
  const named = (body as { holderId?: unknown } | undefined)?.holderId;
  const holderId = recording.holderOf(token);
  if (named === undefined || named === holderId) return holderId;
  return holderId === null && typeof named === 'string' ? named : null;
}

function askedBy(line: string, { key: commandId, token = '', body: given }: Request): Asked | null {
  const [, method = '', holdId = '', verb = ''] = /^(\w+) (?:\/([^/]+)(?:\/(\w+))?)?$/.exec(line) ?? [];
  const body = (given ?? {}) as Readonly<Record<string, unknown>>;
  const has = (...fields: readonly string[]): boolean => Object.keys(body).every((field) => fields.includes(field));
  switch (`${method} ${verb}`) {
    case 'POST ':
      if (holdId !== '') return null;
      if ('seats' in body && has('seats')) return askedOf('hold', { commandId, ...body });
      if ('best' in body && has('best')) return askedOf('holdBest', { commandId, ...(body['best'] as object) });
      return has('area', 'quantity') ? askedOf('holdArea', { commandId, ...body }) : null;
    case 'PATCH ':
      return body['extend'] === true && has('extend') ? askedOf('extend', { commandId, holdId }) : null;
    case 'DELETE ':
      return askedOf('release', { commandId, holdId, seats: null });
    case 'POST release':
      return has('seats', 'quantity') ? askedOf('release', { commandId, holdId, seats: null, ...body }) : null;
    case 'POST confirm': {
      const by = recording.holderOf(token) === null ? 'server' : 'holder';
      const { orderRef } = body;
      return has('orderRef', 'holderId') ? askedOf('confirm', { commandId, holdId, orderRef, by }) : null;
    }
    default:
      return null;
  }
}

function outputOf({ status, body }: Reply): Output {
  const { position, code, ...rest } = body as Readonly<Record<string, unknown>>;
  if (status < 300) return { ok: { position: position as Position, body: rest } };
  const { seats, alternatives, reason, retryAfterMs } = rest;
  const details = Object.entries({ seats, alternatives, reason, retryAfterMs }).filter(
    ([, value]) => value !== undefined,
  );
  return refusalOf(typeof code === 'string' ? code : '', Object.fromEntries(details));
}

/** Who looks at the seats has no map that deltas change. It was asked for, but only the answer tells that it is worth a line. */
function seeSeats(pathname: string, { status, body }: Reply): void {
  const [, eventId] = /^\/v1\/events\/([^/]+)\/seats$/.exec(pathname) ?? [];
  if (eventId === undefined || status !== 200) return;
  const { position, ...map } = body as { position: Position };
  const look = recording.beginRest('anybody', eventId, { op: 'snapshot', input: {} });
  recording.settleRest(look, { ok: { position, body: map } });
}

function learnHolder({ status, body }: Reply): void {
  const { token, holderId } = body as { token?: string; holderId?: string };
  if (status === 201 && token !== undefined && holderId !== undefined) recording.learnHolder(token, holderId);
}
