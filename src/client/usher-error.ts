import { type Code, codeNumbers } from '../protocol/codes.js';
import type { EndReason, RejectedDetails } from '../protocol/down.js';

/**
 * A refused command or request, told apart by its `code`. A refusal has no effect, except `unavailable`: then the outcome is
 * unknown, and `myHolds` tells what came of it.
 */
export class UsherError extends Error {
  override readonly name = 'UsherError';
  readonly code: Code;
  /** The code's number, as in HTTP. */
  readonly number: number;
  /** `seat_taken`, `not_available`: the seats that were not free. */
  readonly seats: readonly number[];
  /** Other seats that were free when the command was refused. */
  readonly alternatives: readonly (readonly number[])[];
  /** `hold_ended`: how it ended. */
  readonly reason: EndReason | null;
  /** When trying again makes sense, where the server said so. */
  readonly retryAfterMs: number | null;

  constructor(code: Code, message: string, details: RejectedDetails = {}) {
    super(message);
    this.code = code;
    this.number = codeNumbers[code];
    this.seats = details.seats ?? [];
    this.alternatives = details.alternatives ?? [];
    this.reason = details.reason ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }

  /** Whether the same command may well be accepted when it is tried again. */
  get isForNow(): boolean {
    return this.code === 'unavailable' || this.code === 'busy' || this.code === 'slow_down';
  }
}

/** From the code of a `rejected` frame, as in `"409 seat_taken"`. A name that this version does not know is read by its number. */
export function usherErrorFrom(wireCode: string, message: string, details: RejectedDetails): UsherError {
  return new UsherError(codeFrom(wireCode), message, details);
}

function codeFrom(wireCode: string): Code {
  const [number, name = ''] = wireCode.split(' ');
  if (isCode(name)) return name;
  const sameNumber = Object.keys(codeNumbers)
    .filter(isCode)
    .find((code) => String(codeNumbers[code]) === number);
  return sameNumber ?? (Number(number) >= 500 ? 'unavailable' : 'bad_frame');
}

function isCode(name: string): name is Code {
  return Object.hasOwn(codeNumbers, name);
}
