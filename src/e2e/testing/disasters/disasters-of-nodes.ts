import assert from 'node:assert/strict';
import { must } from '../../../lib/must.js';
import { systemTimers } from '../../../lib/timers.js';
import { pauseAwake } from '../../../store/embedded/pause-awake.js';
import { always, type Disaster, type Scene } from './disaster.js';
import type { FleetNode } from './fleet.js';

/** In order, and started again. */
async function restart({ evening }: Scene, node: FleetNode): Promise<void> {
  await evening.without(node, async () => {
    assert.equal(await node.server.stop('SIGTERM'), 0);
    await node.server.startAgain();
  });
}

/** It goes on as if nothing had been, `forMs` later. */
async function suspend({ evening, fleet, others, meanwhile }: Scene, node: FleetNode, leases: number): Promise<void> {
  await evening.without(node, async () => {
    const { process } = node.server.server;
    process.kill('SIGSTOP');
    const over = pauseAwake(systemTimers, leases * fleet.leaseMs);
    await Promise.all([over, ...(leases > 1 ? [meanwhile(others)] : [])]);
    process.kill('SIGCONT');
  });
}

export const disastersOfNodes: readonly Disaster[] = [
  {
    name: 'rolling restart of all three nodes',
    fits: always,
    strike: async (scene) => {
      for (const node of scene.fleet.nodes) {
        await restart(scene, node);
        await scene.meanwhile(scene.fleet.nodes);
      }
    },
  },
  {
    name: 'kill -9 of an owner, started again at once',
    fits: always,
    strike: async ({ evening, struck }) => {
      await evening.without(struck, async () => {
        await struck.server.stop('SIGKILL');
        await struck.server.startAgain();
      });
    },
  },
  {
    name: 'kill -9 of an owner, away until others have its event',
    fits: always,
    strike: async ({ evening, struck, others, meanwhile }) => {
      await evening.without(struck, async () => {
        await struck.server.stop('SIGKILL');
        await meanwhile(others);
        await struck.server.startAgain();
      });
    },
  },
  {
    name: 'kill -9 of two nodes of three',
    fits: always,
    strike: async ({ evening, struck, others, meanwhile }) => {
      const [second, last] = others;
      const [next, left] = [must(second, 'a node'), must(last, 'a node')];
      await evening.without(struck, () =>
        evening.without(next, async () => {
          await Promise.all([struck.server.stop('SIGKILL'), next.server.stop('SIGKILL')]);
          await meanwhile([left]);
          await Promise.all([struck.server.startAgain(), next.server.startAgain()]);
        }),
      );
    },
  },
  {
    name: 'SIGSTOP of an owner for half its lease',
    fits: always,
    strike: (scene) => suspend(scene, scene.struck, 0.5),
  },
  {
    name: 'SIGSTOP of an owner for twice its lease',
    fits: always,
    strike: (scene) => suspend(scene, scene.struck, 2),
  },
  {
    name: 'every event moves to every node',
    fits: always,
    strike: async ({ fleet, evening }) => {
      await Promise.all(
        fleet.nodes.map(async (first, place) => {
          for (const turn of [1, 2, 3]) {
            const next = must(fleet.nodes[(place + turn) % fleet.nodes.length], 'the next node');
            await fleet.move(evening.eventOf(first), next);
          }
        }),
      );
    },
  },
];
