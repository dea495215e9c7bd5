/**
 * Which shard owns an event: rendezvous hashing (Thaler and Ravishankar, 1996), the shard with the highest weight for the
 * event id. Adding a shard moves only the events that it wins.
 */
export function shardOf(eventId: string, shards: number): number {
  let best = 0;
  let bestWeight = -1;
  for (let shard = 0; shard < shards; shard += 1) {
    const weight = hashOf(eventId, shard);
    if (weight > bestWeight) {
      best = shard;
      bestWeight = weight;
    }
  }
  return best;
}

/** FNV-1a over the text, a number mixed in, finished as MurmurHash3 does: unsigned 32 bits. */
export function hashOf(text: string, mixedIn: number): number {
  let hash = 0x811c9dc5 ^ Math.imul(mixedIn + 1, 0x9e3779b1);
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
