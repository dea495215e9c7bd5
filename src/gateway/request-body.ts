import type { z } from 'zod';
import type { Exchange } from './exchange.js';
import { gatewayLimits } from './limits.js';
import { type Problem, problem } from './problem.js';

/** A JSON object, whose fields nobody has looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Calls back with a request's body, unless it is none that can be read: then the client has been told. No body is `{}`. */
export function readJsonObject(exchange: Exchange, then: (body: JsonObject) => void): void {
  const bytesMax = gatewayLimits.commandBodyBytesMax;
  exchange.readBody(bytesMax, (bytes) => {
    const body = bytes === null ? undefined : parsed(bytes);
    if (bytes === null) {
      const detail = `Cannot accept the request as its body is too long: at most ${bytesMax} bytes are allowed`;
      exchange.problem(problem('limit_exceeded', detail));
    } else if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      exchange.problem(fault('body', body === undefined ? 'not JSON' : 'expected an object'));
    } else {
      then(body as JsonObject);
    }
  });
}

/** What `schema` reads from the body; null where it cannot, and the client has been told which field is at fault. */
export function readFields<T>(exchange: Exchange, schema: z.ZodType<T>, body: JsonObject): T | null {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  exchange.problem(fault(shownPath(issue?.path ?? []), issue?.message ?? 'not valid'));
  return null;
}

/** @param path as a program would write it: `best.categories[2]` */
export function fault(path: string, message: string): Problem {
  return problem('bad_frame', `Cannot accept the request as it is not of the right shape: ${path}: ${message}`);
}

/** Undefined where the bytes are no JSON, which has no word for it. */
function parsed(bytes: Buffer): unknown {
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

function shownPath(path: readonly PropertyKey[]): string {
  const shown = path.reduce<string>((before, step) => {
    if (typeof step === 'number') return `${before}[${step}]`;
    return before === '' ? String(step) : `${before}.${String(step)}`;
  }, '');
  return shown === '' ? 'body' : shown;
}
