import { runAsProgram } from '../load/entry.js';
import { type OptionTable, readOptions } from '../load/options.js';
import { startTestServer } from '../src/store/testing/server.js';
import { type Build, buildOf, lastRelease, workingTree } from './git-build.js';
import { requireRedis } from './redis.js';
import { RollingUpgrade } from './rolling-upgrade.js';
import { secondsSince } from './step.js';

/** The last commit whose nodes did not tell each other what they read: as good as a release where none was tagged. */
const beforeVersions = '96ae144';

const usage = `npm run test:upgrade -- [options]

Runs three nodes of an older build on one Postgres and one Redis, replaces them one by one by a newer one while people buy, moves
events between the builds, and lets the independent checker judge (this checkout's, which must read what both builds write). Exit
code 1 where anything was lost, doubled or refused that should not have been.`;

const options = {
  old: { kind: 'text', prose: `git ref of the older build; else the last release, or ${beforeVersions}`, default: '' },
  new: { kind: 'text', prose: 'git ref of the newer build; else the working tree', default: '' },
  back: { kind: 'flag', prose: 'and back to the older build, as far as that one allows it' },
  commands: {
    kind: 'number',
    prose: 'so many are accepted, of each event, between two steps',
    default: 400,
    min: 1,
    max: 1_000_000,
  },
  buyers: { kind: 'number', prose: 'buyers of each of the two events', default: 8, min: 1, max: 200 },
} as const satisfies OptionTable;

/** `npm run test:upgrade`: a real rolling upgrade between two builds, under load. */
async function upgrade(args: readonly string[]): Promise<void> {
  const given = readOptions(usage, options, args);
  if (given === null) return;
  const startMs = performance.now();
  const tell = (line: string): void => console.log(`${secondsSince(startMs).padStart(6)} s  ${line}`);
  // By way of `exit`, where everything that was started is ended.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  await requireRedis();
  const from = await buildOf(given.old === '' ? ((await lastRelease()) ?? beforeVersions) : given.old);
  const to: Build = given.new === '' ? workingTree : await buildOf(given.new);
  tell(`from ${from.name} to ${to.name}${given.back ? ' and back' : ''}: built`);
  const server = await startTestServer();
  try {
    process.env['USHER_TEST_DATABASE_URL'] = server.url;
    const outcome = await RollingUpgrade.run({
      from,
      to,
      back: given.back,
      nodes: 3,
      events: 2,
      commandsBetween: given.commands,
      sale: { buyers: given.buyers, lanes: 2, seatsPerLane: 300, contestedSeats: 6 },
      tell,
    });
    const { commandsAccepted, confirms, unknowns, longestWaitMs } = outcome;
    tell(`${commandsAccepted} commands accepted, ${confirms} of them confirms: none failed, none was lost or doubled`);
    tell(`asked again as their outcome was unknown: ${unknowns}; the longest wait ${Math.round(longestWaitMs)} ms`);
  } finally {
    await server.remove();
    from.remove();
    to.remove();
  }
}

runAsProgram(import.meta.url, upgrade);
