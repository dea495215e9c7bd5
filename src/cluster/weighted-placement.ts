import { hashOf } from '../shard/placement.js';

/** As much of a node as its share of the events depends on. */
export interface Weighted {
  readonly nodeId: string;
  /** How much of the work it can take: its shards. */
  readonly shards: number;
}

/**
 * Which node should have an event: weighted rendezvous hashing. All nodes that know the same others say the same; one that
 * comes or goes moves only its own share. By the node's id, so that a restart moves nothing.
 * Source: Schindelhauer and Schomaker, "Weighted Distributed Hash Tables", 2005 (the logarithmic method).
 */
export function winnerOf<Node extends Weighted>(eventId: string, nodes: readonly Node[]): Node | undefined {
  let winner: Node | undefined;
  let best = Number.NEGATIVE_INFINITY;
  for (const node of nodes) {
    // Within (0, 1): neither end may come, as the logarithm is divided by.
    const share = (hashOf(eventId, hashOf(node.nodeId, 0)) + 0.5) / 2 ** 32;
    const score = -node.shards / Math.log(share);
    if (score > best) {
      best = score;
      winner = node;
    }
  }
  return winner;
}
