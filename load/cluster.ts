import { UsageError } from '../src/lib/usage-error.js';
import { Fleet } from './cluster/fleet.js';
import { forwarding } from './cluster/forwarding.js';
import { handover } from './cluster/handover.js';
import { herd } from './cluster/herd.js';
import { ownerLoss } from './cluster/owner-loss.js';
import { rollingRestart } from './cluster/rolling-restart.js';
import { runAsProgram } from './entry.js';
import { machineFacts } from './machine.js';
import { type OptionTable, readOptions, type Values } from './options.js';
import { type Row, table } from './report.js';

const usage = `npm run load:cluster -- [options]

Starts three nodes with a Postgres and a Redis of their own on this machine and measures what being several costs: commands that are
forwarded, an owner that is lost, planned moves of a large event, a rolling restart under load, the sockets of a lost node. At
the end the independent checker judges all journals and tables: a violation makes it exit with 1.`;

const options = {
  only: { kind: 'text', prose: 'one of forwarding, owner-loss, handover, rolling-restart, herd', default: '' },
  lease: { kind: 'number', prose: 'milliseconds of a lease', default: 5_000, min: 1_000, max: 60_000 },
  shards: { kind: 'number', prose: 'shards of each node', default: 1, min: 1, max: 64 },
  rounds: { kind: 'number', prose: 'rounds of forwarding, and owners lost', default: 3, min: 1, max: 100 },
  seconds: { kind: 'number', prose: 'seconds of each measurement of forwarding', default: 4, min: 1, max: 600 },
  moves: { kind: 'number', prose: 'planned moves', default: 40, min: 2, max: 10_000 },
  rate: { kind: 'number', prose: 'commands/s of the rolling restart', default: 3_000, min: 1, max: 1_000_000 },
  sockets: { kind: 'number', prose: 'sockets of the lost node', default: 10_000, min: 1, max: 50_000 },
} as const satisfies OptionTable;

type Given = Values<typeof options>;

const scenarios: Readonly<Record<string, (fleet: Fleet, given: Given) => Promise<readonly Row[]>>> = {
  forwarding: (fleet, { rounds, seconds }) => forwarding(fleet, { rounds, seconds }),
  'owner-loss': (fleet, { lease, rounds }) => ownerLoss(fleet, lease, rounds),
  handover: (fleet, { moves }) => handover(fleet, moves),
  'rolling-restart': (fleet, { rate }) => rollingRestart(fleet, rate),
  herd: (fleet, { sockets }) => herd(fleet, sockets),
};

export async function cluster(args: readonly string[]): Promise<void> {
  const given = readOptions(usage, options, args);
  if (given === null) return;
  const chosen = Object.entries(scenarios).filter(([name]) => given.only === '' || given.only === name);
  if (chosen.length === 0) {
    throw new UsageError(`--only must be one of ${Object.keys(scenarios).join(', ')}: it is "${given.only}"`);
  }
  console.log(table(machineFacts('.')));
  const fleet = await Fleet.start({ leaseMs: given.lease, shards: given.shards });
  try {
    for (const [, run] of chosen) console.log(table(await run(fleet, given)));
  } catch (error) {
    await fleet.end();
    throw error;
  }
  await fleet.checkAndEnd();
  console.log(table([['checked', 'no violation']]));
}

runAsProgram(import.meta.url, cluster);
