import type { TcpFaultProxy } from '../../../lib/testing/tcp-fault-proxy.js';
import type { TestRedis } from '../../../cluster/testing/test-redis.js';

export const redisKinds = ['single', 'sentinel', 'cluster'] as const;
export type RedisKind = (typeof redisKinds)[number];

/** How one node reaches the Redis that all share. */
export interface RedisWay {
  /** `REDIS_URL` */
  readonly url: string;
  /** What the node's connections go through; none where they go straight. */
  readonly proxies: readonly TcpFaultProxy[];
}

/** The Redis that carries the nodes' messages, for disasters to break. */
export interface SharedRedis {
  readonly kind: RedisKind;
  /** All that keep data, whoever is master. */
  readonly servers: readonly TestRedis[];
  /** Of the node with that number, from 0. */
  wayOf(node: number): Promise<RedisWay>;
  /** A replica is told to take over from the master that carries the messages. Null: there is none. */
  readonly failOver: (() => Promise<void>) | null;
  /** The master that carries the messages now. */
  carrying(): Promise<TestRedis>;
  /** Resolves when every master has all the replicas that it should have, and is agreed on. */
  whole(): Promise<void>;
  remove(): Promise<void>;
}
