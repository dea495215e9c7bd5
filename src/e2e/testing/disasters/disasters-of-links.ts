import type { TcpFaultProxy } from '../../../lib/testing/tcp-fault-proxy.js';
import type { Disaster, Scene } from './disaster.js';
import type { FleetNode } from './fleet.js';
import type { RedisKind } from './shared-redis.js';

/** A sentinel's addresses lead past any proxy. */
const hasWays = (redis: RedisKind): boolean => redis !== 'sentinel';

const waysTo: Readonly<Record<string, (node: FleetNode) => readonly TcpFaultProxy[]>> = {
  Redis: ({ redisProxies }) => redisProxies,
  Postgres: ({ postgresProxy }) => [postgresProxy],
  'Redis and Postgres': ({ redisProxies, postgresProxy }) => [...redisProxies, postgresProxy],
};

const slowMs = 150;

/** What may become of a way. */
const faults: Readonly<Record<string, (proxy: TcpFaultProxy) => void>> = {
  'is cut off from': (proxy) => {
    proxy.refuse();
    proxy.cut();
  },
  'hears and says nothing, though connected to': (proxy) => proxy.stall(),
  'hears nothing from': (proxy) => proxy.stall('down'),
};

/** From one node's own way: its clients too are served, be it elsewhere. Without Postgres it can serve nothing of its own. */
function servedMeanwhile({ fleet, others }: Scene, target: string): readonly FleetNode[] {
  return target === 'Redis' ? fleet.nodes : others;
}

async function whileBroken(
  proxies: readonly TcpFaultProxy[],
  breakWay: (proxy: TcpFaultProxy) => void,
  happens: () => Promise<void>,
): Promise<void> {
  for (const proxy of proxies) breakWay(proxy);
  await happens();
  for (const proxy of proxies) await proxy.resume();
}

export const disastersOfLinks: readonly Disaster[] = [
  ...Object.entries(faults).flatMap(([fault, breakWay]) =>
    Object.entries(waysTo).map(
      ([target, proxiesOf]): Disaster => ({
        name: `one node ${fault} ${target}`,
        fits: hasWays,
        strike: async (scene) => {
          const { struck, evening, meanwhile } = scene;
          const nodes = servedMeanwhile(scene, target);
          const isServing = nodes.includes(struck);
          const broken = (): Promise<void> => whileBroken(proxiesOf(struck), breakWay, () => meanwhile(nodes));
          await (isServing ? broken() : evening.without(struck, broken));
        },
      }),
    ),
  ),
  ...Object.entries(waysTo).map(
    ([target, proxiesOf]): Disaster => ({
      name: `one node has a slow way to ${target}`,
      fits: hasWays,
      strike: async (scene) => {
        const { fleet, struck, evening, meanwhile } = scene;
        await whileBroken(
          proxiesOf(struck),
          (proxy) => proxy.delay(slowMs),
          async () => {
            await meanwhile(fleet.nodes);
            await evening.sells(100);
          },
        );
      },
    }),
  ),
];
