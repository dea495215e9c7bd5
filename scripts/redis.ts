import { findProgram } from './debian-package.js';

/**
 * Sees to it that tests can start Redis servers. Root on Debian has Redis installed.
 * @throws Error says what to install
 */
export async function requireRedis(): Promise<void> {
  if ((await findProgram(['redis-server'], 'redis-server')) !== null) return;
  throw new Error(
    'Cannot test with Redis as it is missing: install the package redis-server, so that it is on the PATH',
  );
}
