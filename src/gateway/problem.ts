import { STATUS_CODES } from 'node:http';
import { type Code, codeNumbers } from '../protocol/codes.js';
import type { RejectedDetails, RejectedFrame } from '../protocol/down.js';

/** What HTTP needs on top of the protocol page's codes: addresses and methods that it does not name, faults of ours. */
const ownCodeNumbers = { not_found: 404, method_not_allowed: 405, internal_error: 500 } as const;

export type ProblemCode = Code | keyof typeof ownCodeNumbers;

/** An error as `application/problem+json` (RFC 9457). `retryAfterMs` becomes `Retry-After` as well, in whole seconds. */
export interface Problem extends RejectedDetails {
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
}

export function problem(code: ProblemCode, detail: string, retryAfterMs?: number): Problem {
  const status = numberOf(code);
  return retryAfterMs === undefined ? { status, code, detail } : { status, code, detail, retryAfterMs };
}

export const faultOfOurs = problem(
  'internal_error',
  'Cannot answer as the server met a fault of its own: its log says more',
);

/** A shard's refusal, which says its code as sockets get it: `"404 unknown_event"`. */
export function refusal([, , wireCode, detail, details]: RejectedFrame): Problem {
  const name = wireCode.slice(wireCode.indexOf(' ') + 1);
  return { ...problem(isCode(name) ? name : 'unavailable', detail), ...details };
}

export function problemBody({ status, code, detail, ...details }: Problem): string {
  return JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    code,
    ...details,
  });
}

export function problemHeaders({ status, retryAfterMs }: Problem): Record<string, string> {
  const headers: Record<string, string> = { 'Content-Type': 'application/problem+json' };
  if (status === codeNumbers.unauthorized) headers['WWW-Authenticate'] = 'Bearer';
  if (retryAfterMs !== undefined || status === codeNumbers.slow_down || status === codeNumbers.busy) {
    headers['Retry-After'] = String(Math.max(1, Math.ceil((retryAfterMs ?? 0) / 1000)));
  }
  return headers;
}

function numberOf(code: ProblemCode): number {
  return isCode(code) ? codeNumbers[code] : ownCodeNumbers[code];
}

function isCode(name: string): name is Code {
  return Object.hasOwn(codeNumbers, name);
}
