import { STATUS_CODES } from 'node:http';
import type { z } from 'zod';
import { codeNumbers, type Code } from '../protocol/codes.js';

/** Codes of the control plane on top of the wire's: a catalogue has other things to miss and to collide with. */
export const ownCodeNumbers = {
  not_found: 404,
  unknown_chart: 404,
  event_exists: 409,
  unsupported_media_type: 415,
  internal_error: 500,
} as const;

export type ProblemCode = Code | keyof typeof ownCodeNumbers;

/** What a body of `application/problem+json` says. RFC 9457; `code` is the protocol's. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly seats?: readonly number[];
  readonly reason?: string;
  readonly retryAfterMs?: number;
}

/** A request that is answered with an error. Thrown anywhere below a route; `http-server.ts` turns it into the answer. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly extra: ProblemExtra;

  constructor(code: ProblemCode, detail: string, extra: ProblemExtra = {}, cause?: unknown) {
    super(detail, { cause });
    this.code = code;
    this.extra = extra;
  }

  get status(): number {
    return { ...codeNumbers, ...ownCodeNumbers }[this.code];
  }

  body(): ProblemBody {
    const { status, code, message, extra } = this;
    return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail: message, code, ...extra };
  }
}

export interface ProblemExtra {
  readonly seats?: readonly number[];
  readonly reason?: string;
  readonly retryAfterMs?: number;
}

/**
 * What `schema` reads from a request.
 * @throws Problem `bad_frame`, naming the first fault by its path: `chart.sections[0].rows[2].label`
 */
export function readRequest<T>(schema: z.ZodType<T>, input: unknown, what = 'body'): T {
  const read = schema.safeParse(input);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const path = shownPath(issue?.path ?? []) || what;
  throw fault(path, issue?.message ?? 'not valid');
}

/** The fault at one place of a request's body. */
export function fault(path: string, message: string): Problem {
  return new Problem('bad_frame', `Cannot accept the request as it is not of the right shape: ${path}: ${message}`);
}

export function shownPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((shown, step) => {
    if (typeof step === 'number') return `${shown}[${step}]`;
    return shown === '' ? String(step) : `${shown}.${String(step)}`;
  }, '');
}
