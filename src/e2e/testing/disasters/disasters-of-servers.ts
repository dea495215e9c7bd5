import assert from 'node:assert/strict';
import { must } from '../../../lib/must.js';
import { systemTimers } from '../../../lib/timers.js';
import { pauseAwake } from '../../../store/embedded/pause-awake.js';
import { freezeAllOf } from '../frozen-postgres.js';
import { always, type Disaster, type Scene } from './disaster.js';
import type { RedisKind } from './shared-redis.js';

/** A replica and its master may change places only where there is one. */
const hasReplica = (redis: RedisKind): boolean => redis !== 'single';

/** Nobody may take an event from a node whose Postgres is the same as one's own. */
async function assertSameOwners({ fleet, evening }: Scene): Promise<void> {
  for (const node of fleet.nodes) assert.equal((await fleet.ownerOf(evening.eventOf(node))).name, node.name);
}

export const disastersOfServers: readonly Disaster[] = [
  {
    name: 'FLUSHALL',
    fits: always,
    strike: async ({ fleet }) => {
      for (const server of fleet.redis.servers) {
        if ((await server.command('role')).startsWith('master')) await server.flush();
      }
    },
  },
  {
    name: 'Redis is killed and started again',
    fits: always,
    strike: async ({ fleet, meanwhile }) => {
      const { servers } = fleet.redis;
      await Promise.all(servers.map((server) => server.kill()));
      await meanwhile(fleet.nodes);
      await Promise.all(servers.map((server) => server.start()));
    },
  },
  {
    name: 'Redis stands still',
    fits: always,
    strike: async ({ fleet, meanwhile }) => {
      for (const server of fleet.redis.servers) server.pause();
      await meanwhile(fleet.nodes);
      for (const server of fleet.redis.servers) server.resume();
    },
  },
  {
    name: 'a replica of Redis is told to take over',
    fits: hasReplica,
    strike: ({ fleet }) => must(fleet.redis.failOver, 'a way to fail over')(),
  },
  {
    name: "Redis' primary is killed, a replica takes over",
    fits: hasReplica,
    strike: async ({ fleet, evening, meanwhile }) => {
      const primary = await fleet.redis.carrying();
      await primary.kill();
      await meanwhile(fleet.nodes);
      await evening.isServedAt(fleet.nodes);
      await primary.start();
    },
  },
  {
    name: 'Postgres is ended at once and started again',
    fits: always,
    strike: async ({ fleet: { postgres } }) => {
      await postgres.stop('immediate');
      await postgres.start();
    },
    afterwards: assertSameOwners,
  },
  {
    name: 'Postgres stands still for twice a lease',
    fits: always,
    strike: async ({ fleet: { postgres, leaseMs } }) => {
      const frozen = freezeAllOf(must(postgres.pid(), 'a Postgres that runs'));
      await pauseAwake(systemTimers, 2 * leaseMs);
      frozen.thaw();
    },
    afterwards: assertSameOwners,
  },
  {
    name: 'Redis and Postgres are killed and started again',
    fits: always,
    strike: async ({ fleet }) => {
      const { servers } = fleet.redis;
      await Promise.all([fleet.postgres.stop('immediate'), ...servers.map((server) => server.kill())]);
      await Promise.all([fleet.postgres.start(), ...servers.map((server) => server.start())]);
    },
  },
];
