/** Why a command was refused. Protocol page, section 4. */
export const codeNumbers = {
  bad_frame: 400,
  unauthorized: 401,
  forbidden: 403,
  unknown_event: 404,
  unknown_hold: 404,
  unknown_seat: 404,
  unknown_area: 404,
  seat_taken: 409,
  not_available: 409,
  hold_ended: 410,
  idempotency_mismatch: 412,
  limit_exceeded: 413,
  not_on_sale: 422,
  slow_down: 429,
  busy: 503,
  unavailable: 503,
} as const;

export type Code = keyof typeof codeNumbers;

/** The code as frame 5 carries it: `"409 seat_taken"`. */
export function wireCode(code: Code): string {
  return `${codeNumbers[code]} ${code}`;
}

/** How the server ends a socket. Protocol page, section 4. */
export const closeCodes = {
  done: 1000,
  tooBig: 1009,
  noHello: 4001,
  tokenRanOut: 4002,
  forbidden: 4003,
  badFrames: 4004,
  tooSlow: 4008,
  replaced: 4009,
  goingAway: 4013,
  tooManyMessages: 4029,
} as const;
