import type { Worker } from 'node:worker_threads';
import type { CloseOrder, HttpThreadNews } from '../api/http-thread.js';
import type { Timers } from '../lib/timers.js';
import { UsageError } from '../lib/usage-error.js';
import type { Log } from '../observability/log.js';

export interface SideThread {
  /** The port that it listens on. */
  readonly port: number;
  /** Ends it: open requests are finished, within `graceMs`. */
  close(graceMs: number): Promise<void>;
}

const restartDelayMs = 500;

/**
 * Runs an HTTP surface on a thread of its own, and again when it crashes: the data plane does not depend on it.
 * @param start makes the worker; for a restart it is given the port to have again
 * @throws UsageError it cannot listen
 */
export async function startSideThread(
  name: string,
  start: (port: number | null) => Worker,
  timers: Timers,
  log: Log,
): Promise<SideThread> {
  let closing = false;
  let worker = start(null);
  let ended = exitOf(worker);
  const port = await listening(worker);

  const restartWhenItDies = (): void => {
    worker.on('error', (error) => log.error({ error, thread: name }, 'A side thread crashed'));
    void ended.then(() => {
      if (closing) return;
      log.error({ thread: name }, 'A side thread has ended; it is started again');
      timers.after(restartDelayMs, () => {
        if (closing) return;
        worker = start(port);
        ended = exitOf(worker);
        restartWhenItDies();
        listening(worker).catch((error: unknown) =>
          log.error({ error, thread: name }, 'A side thread cannot listen again'),
        );
      });
    });
  };
  restartWhenItDies();

  return {
    port,
    async close(graceMs) {
      closing = true;
      worker.postMessage({ kind: 'close' } satisfies CloseOrder);
      const timer = timers.after(graceMs, () => void worker.terminate());
      await ended;
      timer.cancel();
    },
  };
}

function exitOf(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve());
  });
}

function listening(worker: Worker): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => reject(new UsageError('Cannot start as a thread ended at once; see the log')));
    worker.on('message', (news: HttpThreadNews) => {
      if (news.kind === 'listening') resolve(news.port);
      else reject(new UsageError(news.message));
    });
  });
}
