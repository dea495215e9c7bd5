import { resolve } from 'node:path';
import { pause, systemTimers } from '../src/lib/timers.js';
import { ClosedLoop } from './closed-loop.js';
import { Crowd } from './crowd.js';
import { runAsProgram } from './entry.js';
import { machineFacts } from './machine.js';
import { type Measurement, measure, median } from './measurement.js';
import { type OptionTable, readOptions, type Values } from './options.js';
import { crowdOptions, crowdShape } from './pipelined.js';
import { coresLine, count, latencyLine, refusalsLine, table } from './report.js';
import { assertSound, checkedRow, checkOptions, type Judgement, RunCheck } from './run-check.js';
import { ServerProcess } from './server-process.js';

const usage = `npm run load:floor -- [options]

Starts a server of its own with embedded Postgres on this machine, holds and releases seats of one event as fast as it
answers, and fails unless the median of the runs reaches --floor. Then the independent checker (npm run check:history) judges
the event's journal and tables, all the runs of it: a violation makes it exit with 1.`;

const options = {
  ...crowdOptions,
  ...checkOptions,
  seconds: { ...crowdOptions.seconds, prose: 'seconds of each run', default: 5 },
  'warm-up': { ...crowdOptions['warm-up'], prose: 'seconds before the first run', default: 5 },
  runs: { kind: 'number', prose: 'runs, one after the other', default: 5, min: 1, max: 100 },
  floor: { kind: 'number', prose: 'durable commands/s that must be reached', default: 40_000, min: 0, max: 10_000_000 },
  database: { kind: 'text', prose: 'URL of an existing Postgres to use instead of the embedded one', default: '' },
  'cpu-prof': { kind: 'text', prose: 'folder for a V8 processor profile of each of the server’s threads', default: '' },
  json: { kind: 'flag', prose: 'print one JSON object instead of a table' },
} as const satisfies OptionTable;

export async function floor(args: readonly string[]): Promise<void> {
  const given = readOptions(usage, options, args);
  if (given === null) return;
  const profile = given['cpu-prof'] === '' ? [] : ['--cpu-prof', '--cpu-prof-dir', resolve(given['cpu-prof'])];
  const server = await ServerProcess.start({ databaseUrl: given.database || null, nodeArguments: profile });
  try {
    const facts = machineFacts(server.folder);
    if (!given.json) console.log(table(facts));
    const { runs, judgement } = await measureRuns(given, server);
    const medianPerSecond = Math.round(median(runs.map((run) => (run.holds + run.releases) / run.seconds)));
    if (given.json) {
      const shown = { ...given, database: given.database === '' ? 'embedded' : 'given' }; // its URL may have a password
      const report = {
        mode: 'floor',
        given: shown,
        facts: Object.fromEntries(facts),
        runs,
        medianPerSecond,
        judgement,
      };
      console.log(JSON.stringify(report));
    } else {
      console.log(`median of ${given.runs} runs: ${count(medianPerSecond)} durable commands/s`);
      console.log(table([checkedRow(judgement)]));
    }
    assertSound(judgement);
    if (medianPerSecond < given.floor) {
      throw new Error(`Below the floor: ${count(medianPerSecond)} of ${count(given.floor)} commands/s`);
    }
  } finally {
    await server.stop();
  }
}

interface Runs {
  readonly runs: readonly Measurement[];
  readonly judgement: Judgement | null;
}

async function measureRuns(given: Values<typeof options>, server: ServerProcess): Promise<Runs> {
  const loop = new ClosedLoop(given['seats-per-hold'], null);
  const check = RunCheck.begin(given, given['no-check'] ? null : await server.databaseUrl());
  const crowd = await Crowd.open(server.target, { ...crowdShape(given), seats: null }, loop, check.history);
  loop.start(crowd.buyers);
  await Promise.race([pause(systemTimers, given['warm-up'] * 1000), crowd.lost]);
  const runs: Measurement[] = [];
  for (let run = 1; run <= given.runs; run++) {
    const measurement = await measure(crowd, given.seconds, server.pid);
    runs.push(measurement);
    if (!given.json) printRun(run, measurement);
  }
  loop.stop();
  await crowd.settled();
  const holdsLeft = await crowd.countHolds();
  await crowd.close();
  if (holdsLeft > 0) throw new Error(`Cannot call this a good run as ${holdsLeft} holds are left`);
  return { runs, judgement: await check.judge(crowd.eventId) };
}

function printRun(run: number, measurement: Measurement): void {
  const { holds, releases, seconds, latencyMs } = measurement;
  console.log(`run ${run}: ${count((holds + releases) / seconds)} commands/s`);
  console.log(
    table([
      ['refused', refusalsLine(measurement)],
      ['latency', latencyLine(latencyMs)],
      ['cores', coresLine(measurement)],
    ]),
  );
}

runAsProgram(import.meta.url, floor);
