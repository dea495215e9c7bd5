import type { Log } from '../../observability/log.js';

/** For tests of what is not logging. */
export const quietLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => quietLog,
};
