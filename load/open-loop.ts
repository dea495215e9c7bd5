import { createHistogram } from 'node:perf_hooks';
import { pause, systemTimers } from '../src/lib/timers.js';
import { UsageError } from '../src/lib/usage-error.js';
import { Arrivals } from './arrivals.js';
import { Crowd } from './crowd.js';
import { runAsProgram } from './entry.js';
import { measure, percentiles } from './measurement.js';
import { type OptionTable, readOptions, targetOptions } from './options.js';
import { crowdOptions, crowdShape, targetOf, withoutSecrets } from './pipelined.js';
import { count, latencyLine, measurementTable } from './report.js';
import { assertSound, checkedRow, checkOptions, RunCheck } from './run-check.js';
import { databaseOptions, databaseUrlOf } from './server-database.js';

const usage = `npm run load -- open-loop --rate N [options]

Sends holds and releases at a given rate whatever the server does, as a crowd would: arrivals are a Poisson process, and
latency counts from when a command should have been sent. Ends with every hold released, and with the independent checker
(npm run check:history) over the event's journal and tables: a violation makes it exit with 1.`;

const options = {
  ...targetOptions,
  ...databaseOptions,
  ...crowdOptions,
  ...checkOptions,
  rate: { kind: 'number', prose: 'commands a second', default: 10_000, min: 1, max: 500_000 },
} as const satisfies OptionTable;

export async function openLoop(args: readonly string[]): Promise<void> {
  const given = readOptions(usage, options, args);
  if (given === null) return;
  if (given.sockets * given['in-flight'] < 2) throw new UsageError('Cannot hold and release at once on a single lane');
  const sendLagUs = createHistogram();
  const arrivals = new Arrivals(given.rate, sendLagUs, Math.random);
  const check = RunCheck.begin(given, given['no-check'] ? null : await databaseUrlOf(given));
  const crowd = await Crowd.open(targetOf(given), { ...crowdShape(given), seats: null }, arrivals, check.history);
  arrivals.start(crowd.buyers);
  await Promise.race([pause(systemTimers, given['warm-up'] * 1000), crowd.lost]);
  arrivals.resetCounts();
  const measurement = await measure(crowd, given.seconds, given.pid || null);
  const { offered, dropped } = arrivals;
  const sendLagMs = percentiles(sendLagUs);
  arrivals.stop();
  await crowd.settled();
  arrivals.releaseAll();
  await crowd.settled();
  const holdsLeft = await crowd.countHolds();
  await crowd.close();
  const judgement = await check.judge(crowd.eventId);
  if (given.json) {
    const shown = { mode: 'open-loop', given: withoutSecrets(given), offered, dropped, sendLagMs };
    console.log(JSON.stringify({ ...shown, ...measurement, holdsLeft, judgement }));
  } else {
    console.log(`${count(given.rate)} commands/s over ${given.sockets} sockets, event ${crowd.eventId}`);
    console.log(
      measurementTable(
        measurement,
        [
          'offered',
          `${count(offered)} commands, of which ${count(dropped)} found no free lane in time and were dropped`,
        ],
        ['sent late', `${latencyLine(sendLagMs)} (part of the latency above)`],
        ['holds left', String(holdsLeft)],
        checkedRow(judgement),
      ),
    );
  }
  assertSound(judgement);
  if (holdsLeft > 0) throw new Error(`Cannot call this a good run as ${holdsLeft} holds are left`);
}

runAsProgram(import.meta.url, openLoop);
