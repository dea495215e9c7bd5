import { MessageChannel } from 'node:worker_threads';
import { pause, type Timers } from '../../lib/timers.js';

/** A pause that keeps the process alive, which timers alone never do: there may be nothing else to wait for yet. */
export async function pauseAwake(timers: Timers, delayMs: number): Promise<void> {
  const { port1 } = new MessageChannel();
  port1.ref();
  try {
    await pause(timers, delayMs);
  } finally {
    port1.close();
  }
}
