/**
 * Where time comes from. Nothing outside this file reads a real clock (lint refuses it), so that the simulation can own time.
 */
export interface Clock {
  /** Milliseconds that never run backwards and go on while the process is paused. One origin for all threads of a process. */
  monotonicMs(): number;
  /** Milliseconds since 1970 by the machine's wall clock, which may jump. */
  wallMs(): number;
}

/** `performance.now()` counts from each thread's own start; this is the offset to the origin that all threads share. */
const threadOriginMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();

export const systemClock: Clock = {
  monotonicMs: () => performance.now() + threadOriginMs,
  wallMs: () => Date.now(),
};
