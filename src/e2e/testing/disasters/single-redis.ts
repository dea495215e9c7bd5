import { TestRedis } from '../../../cluster/testing/test-redis.js';
import { TcpFaultProxy } from '../../../lib/testing/tcp-fault-proxy.js';
import type { SharedRedis } from './shared-redis.js';

/** One server, and a proxy before it for each node. */
export async function startSingleRedis(): Promise<SharedRedis> {
  const redis = await TestRedis.start();
  const proxies: TcpFaultProxy[] = [];
  return {
    kind: 'single',
    servers: [redis],
    wayOf: async () => {
      const proxy = await TcpFaultProxy.start(redis.port);
      proxies.push(proxy);
      return { url: `redis://127.0.0.1:${proxy.port}`, proxies: [proxy] };
    },
    failOver: null,
    carrying: async () => redis,
    whole: async () => undefined,
    remove: async () => {
      for (const proxy of proxies) proxy.close();
      await redis.remove();
    },
  };
}
