/**
 * Reminders. A timer only reminds: whoever it wakes compares its deadline with the clock, because a paused process runs
 * queued messages before overdue timers.
 */
export interface Timers {
  /** Calls back once after `delayMs`. A pending timer never keeps the process alive. */
  after(delayMs: number, callback: () => void): Timer;
  /** Calls back once this turn of the event loop has handled what already arrived. */
  soon(callback: () => void): void;
}

export interface Timer {
  cancel(): void;
}

export const systemTimers: Timers = {
  after(delayMs, callback) {
    const handle = setTimeout(callback, delayMs);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
  soon(callback) {
    setImmediate(callback);
  },
};

/** Resolves after `delayMs`. */
export function pause(timers: Timers, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    timers.after(delayMs, resolve);
  });
}

/** Resolves once this turn of the event loop has handled what already arrived. */
export function turnOver(timers: Timers): Promise<void> {
  return new Promise((resolve) => {
    timers.soon(resolve);
  });
}
