import { pause, type Timers } from '../lib/timers.js';
import { UsageError } from '../lib/usage-error.js';
import type { LeaseStore } from '../store/lease-store.js';

const lookEveryMs = 250;

/**
 * Without Redis a database has one node at a time. One of another name may have been killed a moment ago (a container that
 * was replaced): its lease is waited for. One that goes on renewing it is alive.
 * @throws UsageError another node is alive
 */
export async function waitForPredecessors(
  leases: Pick<LeaseStore, 'living'>,
  nodeId: string,
  timers: Timers,
  notices: string[],
): Promise<void> {
  const first = (await leases.living()).filter((node) => node.nodeId !== nodeId);
  if (first.length === 0) return;
  const longestMs = Math.max(...first.map((node) => node.expiresInMs));
  let others = first;
  for (let waitedMs = 0; others.length > 0; waitedMs += lookEveryMs) {
    if (waitedMs > longestMs + lookEveryMs) {
      throw new UsageError(
        `Cannot start as another node uses this database: ${others.map((node) => `${node.nodeId} at ${node.url}`).join(', ')}; stop it, or give this one a database of its own`,
      );
    }
    await pause(timers, lookEveryMs);
    others = (await leases.living()).filter((node) => node.nodeId !== nodeId);
  }
  notices.push(`Waited for the lease of ${first.map((node) => node.nodeId).join(', ')} to run out.`);
}
