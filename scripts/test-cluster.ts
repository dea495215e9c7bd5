/**
 * The full proof of several nodes with real processes: `npm run test:cluster`, or `node dist/scripts/test-cluster.js` after a build.
 * It is no part of `npm test`, which has the quick set (src/e2e/cluster.e2e.test.ts). docs/RELIABILITY.md says what it does.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkJournals } from '../src/e2e/testing/independent-check.js';
import { assertJournalVerified } from '../src/e2e/testing/journal-text.js';
import type { Disaster } from '../src/e2e/testing/disasters/disaster.js';
import { disastersOfLinks } from '../src/e2e/testing/disasters/disasters-of-links.js';
import { disastersOfNodes } from '../src/e2e/testing/disasters/disasters-of-nodes.js';
import { disastersOfServers } from '../src/e2e/testing/disasters/disasters-of-servers.js';
import { Fleet } from '../src/e2e/testing/disasters/fleet.js';
import { type DisasterReport, runDisaster } from '../src/e2e/testing/disasters/run-disaster.js';
import { type RedisKind, redisKinds } from '../src/e2e/testing/disasters/shared-redis.js';
import { must } from '../src/lib/must.js';
import { UsageError } from '../src/lib/usage-error.js';
import { print, runProgram, wholeNumber } from '../src/sim/command-line.js';
import { requireRedis } from './redis.js';

const usage = `npm run test:cluster -- [--rounds 1] [--only TEXT] [--redis KIND] [--lease-ms 2000] [--list]

Three nodes, a Postgres and a Redis, all of them real processes of this run's own, under load from clients of every node; one
disaster after the other. After each, every event must be served again through every node, all maps be equal, and the independent
checker find nothing in journal, tables and all that the clients did and saw. It ends at the first that fails, with 1.

--rounds      how often everything happens
--only        disasters whose name contains the text
--redis       ${redisKinds.join(', ')}; default: one after the other. With sentinels no single node's way to Redis can be cut
--lease-ms    USHER_LEASE_MS of the nodes
--list        says which disasters there are
`;

const disasters: readonly Disaster[] = [...disastersOfNodes, ...disastersOfServers, ...disastersOfLinks];

// Each server that a test starts ends with this process.
process.setMaxListeners(100);
process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

await runProgram('test:cluster', async () => {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
      redis: { type: 'string' },
      'lease-ms': { type: 'string', default: '2000' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const kinds = kindsOf(values.redis);
  const chosen = disasters.filter(({ name, fits }) => name.includes(values.only) && kinds.some(fits));
  if (chosen.length === 0)
    throw new UsageError(`Cannot find a disaster for that Redis as no name contains the text: only is ${values.only}`);
  if (values.help || values.list) {
    print(values.help ? usage : chosen.map(({ name }) => name).join('\n'));
    return true;
  }
  await requireRedis();
  const leaseMs = wholeNumber(values['lease-ms'], 'lease-ms');
  for (let round = 1; round <= wholeNumber(values.rounds, 'rounds'); round += 1) {
    for (const kind of kinds) {
      const fitting = chosen.filter(({ fits }) => fits(kind));
      if (fitting.length === 0) continue;
      print(`\n== Round ${round}, Redis: ${kind}, lease of ${leaseMs} ms`);
      await runAll(kind, leaseMs, fitting, round);
    }
  }
  print('\nEvery disaster was survived: no acknowledgement lost, none doubled');
  return true;
});

function kindsOf(given: string | undefined): readonly RedisKind[] {
  if (given === undefined) return redisKinds;
  const kind = redisKinds.find((known) => known === given);
  if (kind === undefined)
    throw new UsageError(`Cannot use that Redis as it is none of ${redisKinds.join(', ')}: redis is ${given}`);
  return [kind];
}

async function runAll(kind: RedisKind, leaseMs: number, fitting: readonly Disaster[], round: number): Promise<void> {
  const fleet = await Fleet.start(kind, leaseMs);
  for (const [place, disaster] of fitting.entries()) {
    try {
      print(lineOf(disaster, await runDisaster(disaster, fleet, place + round)));
    } catch (error) {
      print(`${disaster.name}: FAILED; what the nodes said is in ${fleet.keepLogs()}`);
      throw error;
    }
  }
  // Events of earlier disasters have lived on meanwhile, and their holds ended.
  await checkJournals(fleet.postgres.url);
  await assertJournalVerified(must(fleet.nodes[0], 'a node').server);
  await fleet.remove();
}

function lineOf({ name }: Disaster, report: DisasterReport): string {
  const { meanwhileMs, servedAgainMs, slowestMs, acceptedCount } = report;
  const meanwhile = meanwhileMs.length === 0 ? '' : `sold meanwhile after ${meanwhileMs.map(seconds).join(', ')} s; `;
  const told = `${meanwhile}all served ${seconds(servedAgainMs)} s after; slowest command ${seconds(slowestMs)} s of ${acceptedCount}`;
  return `${name.padEnd(76)}${told}`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
