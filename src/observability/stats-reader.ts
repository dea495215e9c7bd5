import type { NodeStats } from './stats.js';

/**
 * Threads tell the longest delay since they were last asked. Several ask: so what each of them heard is kept for the scrape,
 * whose longest delay is the one since the last scrape, whoever else looked meanwhile.
 */
export class StatsReader {
  #gatewayDelayMs = 0;
  #shardDelaysMs: readonly number[] = [];

  constructor(private readonly read: () => Promise<NodeStats>) {}

  /** Delays are the longest since anybody looked. */
  async look(): Promise<NodeStats> {
    const stats = await this.read();
    this.#gatewayDelayMs = Math.max(this.#gatewayDelayMs, stats.gateway.eventLoopDelayMaxMs);
    this.#shardDelaysMs = stats.shards.map(({ eventLoopDelayMaxMs }, shard) =>
      Math.max(this.#shardDelaysMs[shard] ?? 0, eventLoopDelayMaxMs),
    );
    return stats;
  }

  /** Delays are the longest since the last scrape. */
  async scrape(): Promise<NodeStats> {
    const { gateway, shards } = await this.look();
    const delaysMs = this.#shardDelaysMs;
    const scraped = {
      gateway: { ...gateway, eventLoopDelayMaxMs: this.#gatewayDelayMs },
      shards: shards.map((stats, shard) => Object.assign({}, stats, { eventLoopDelayMaxMs: delaysMs[shard] ?? 0 })),
    };
    this.#gatewayDelayMs = 0;
    this.#shardDelaysMs = [];
    return scraped;
  }
}
