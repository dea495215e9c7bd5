import type { NodeLease } from '../lease-store.js';

/** A node as it registers, of today's release. */
export function registeredNode(
  nodeId: string,
  more: Partial<NodeLease> = {},
): Omit<NodeLease, 'expiresInMs' | 'draining'> {
  return { nodeId, incarnation: nodeId, url: '', version: '', shards: 1, journalFormat: 1, linkVersion: 1, ...more };
}
