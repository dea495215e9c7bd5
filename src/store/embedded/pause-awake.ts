import { MessageChannel } from 'node:worker_threads';
import type { Timers } from '../../lib/timers.js';

/**
 * A pause that keeps the process alive, which timers alone never do: there may be nothing else to wait for yet.
 * @param cutShort ends it early
 */
export async function pauseAwake(timers: Timers, delayMs: number, cutShort?: Promise<void>): Promise<void> {
  const { port1 } = new MessageChannel();
  port1.ref();
  await new Promise<void>((resolve) => {
    const timer = timers.after(delayMs, resolve);
    void cutShort?.then(() => {
      timer.cancel();
      resolve();
    });
  });
  port1.close();
}
