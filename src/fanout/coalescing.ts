/** A change is sent within these bounds. Protocol page, section 3. */
export const coalesceMinMs = 20;
export const coalesceMaxMs = 1_000;

/** One frame to one socket costs about 7 µs (150,000 a CPU-second, measured); fan-out of one event may take a third of a core. */
const frameCostMs = 1 / 150;
const shareOfCore = 1 / 3;

/** How long changes of an event gather before they are sent: short for few watchers, long enough not to drown in many. */
export function coalesceDelayMs(watchers: number): number {
  const affordableMs = Math.ceil((watchers * frameCostMs) / shareOfCore);
  return Math.min(coalesceMaxMs, Math.max(coalesceMinMs, affordableMs));
}
