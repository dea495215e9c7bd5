import { STATUS_CODES } from 'node:http';
import { type Code, codeNumbers } from '../protocol/codes.js';

/** Codes of the protocol page, and what HTTP needs on top: addresses that it does not name, faults of ours. */
export type ProblemCode = Code | 'not_found' | 'internal_error';

/** An error as `application/problem+json` (RFC 9457). */
export interface Problem {
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  /** Becomes `Retry-After`, in whole seconds. */
  readonly retryAfterMs?: number;
}

export function problem(code: Code | 'not_found', detail: string, retryAfterMs?: number): Problem {
  const status = code === 'not_found' ? 404 : codeNumbers[code];
  return { status, code, detail, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

export function problemBody({ status, code, detail }: Problem): string {
  return JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, code });
}

export function problemHeaders({ retryAfterMs }: Problem): Record<string, string> {
  const headers: Record<string, string> = { 'Content-Type': 'application/problem+json' };
  if (retryAfterMs !== undefined) headers['Retry-After'] = String(Math.max(1, Math.ceil(retryAfterMs / 1000)));
  return headers;
}
