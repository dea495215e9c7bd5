import { limits } from '../src/config/limits.js';
import { pause, systemTimers } from '../src/lib/timers.js';
import { UsageError } from '../src/lib/usage-error.js';
import { lanesMax } from './buyer.js';
import { ClosedLoop } from './closed-loop.js';
import { Crowd, socketsPerHolderMax } from './crowd.js';
import { runAsProgram } from './entry.js';
import { type Measurement, measure } from './measurement.js';
import { type OptionTable, readOptions, targetOptions, type Values } from './options.js';
import { count, measurementTable } from './report.js';
import { assertSound, checkedRow, checkOptions, type Judgement, RunCheck } from './run-check.js';
import { databaseOptions, databaseUrlOf } from './server-database.js';
import { localUrl, type Target } from './venue.js';

const usage = `npm run load -- pipelined [options]

Holds and releases seats of one event as fast as the server answers: every socket keeps --in-flight commands under way, each
of which holds seats of its own, releases them once held, and holds them again. Ends with every hold released, and with the
independent checker (npm run check:history) over the event's journal and tables: a violation makes it exit with 1.`;

export const crowdOptions = {
  sockets: { kind: 'number', prose: 'connections', default: 8, min: 1, max: 10_000 },
  'in-flight': { kind: 'number', prose: 'commands under way on each', default: 128, min: 1, max: lanesMax },
  'seats-per-hold': { kind: 'number', prose: 'seats of each hold', default: 2, min: 1, max: 50 },
  'sockets-per-holder': {
    kind: 'number',
    prose: 'connections that share a holder',
    default: 1,
    min: 1,
    max: socketsPerHolderMax,
  },
  watch: { kind: 'flag', prose: 'subscribe every socket to the event' },
  'warm-up': { kind: 'number', prose: 'seconds before counting starts', default: 3, min: 0, max: 600 },
  seconds: { kind: 'number', prose: 'seconds of counting', default: 10, min: 1, max: 3_600 },
} as const satisfies OptionTable;

const options = {
  ...targetOptions,
  ...databaseOptions,
  ...crowdOptions,
  ...checkOptions,
  contended: { kind: 'flag', prose: 'hold random seats of a hall of --seats, so that some are taken' },
  seats: {
    kind: 'number',
    prose: 'size of the hall with --contended',
    default: 2_000,
    min: 50,
    max: limits.seatsPerChartMax,
  },
} as const satisfies OptionTable;

export async function pipelined(args: readonly string[]): Promise<void> {
  const given = readOptions(usage, options, args);
  if (given === null) return;
  const contendedSeats = given.contended ? given.seats : null;
  const loop = new ClosedLoop(given['seats-per-hold'], contendedSeats);
  const check = RunCheck.begin(given, given['no-check'] ? null : await databaseUrlOf(given));
  const shape = { ...crowdShape(given), seats: contendedSeats };
  const crowd = await Crowd.open(targetOf(given), shape, loop, check.history);
  loop.start(crowd.buyers);
  await Promise.race([pause(systemTimers, given['warm-up'] * 1000), crowd.lost]);
  const measurement = await measure(crowd, given.seconds, given.pid || null);
  loop.stop();
  await crowd.settled();
  const holdsLeft = await crowd.countHolds();
  await crowd.close();
  const judgement = await check.judge(crowd.eventId);
  if (given.json)
    console.log(
      JSON.stringify({ mode: 'pipelined', given: withoutSecrets(given), ...measurement, holdsLeft, judgement }),
    );
  else printPipelined(given, crowd, measurement, holdsLeft, judgement);
  assertSound(judgement);
  if (holdsLeft > 0) throw new Error(`Cannot call this a good run as ${holdsLeft} holds are left`);
}

function printPipelined(
  given: Values<typeof options>,
  crowd: Crowd,
  measurement: Measurement,
  holdsLeft: number,
  judgement: Judgement | null,
): void {
  console.log(
    `${count(given.sockets)} sockets × ${given['in-flight']} in flight, ${given['seats-per-hold']} seats a hold, ` +
      `event ${crowd.eventId} of ${count(crowd.seatCount)} seats${given.contended ? ', contended' : ''}`,
  );
  console.log(measurementTable(measurement, ['holds left', String(holdsLeft)], checkedRow(judgement)));
}

/** @throws UsageError where a URL is not local or there is no token */
export function targetOf(given: Values<typeof targetOptions>): Target {
  const adminToken = given.token || process.env['USHER_ADMIN_TOKEN'] || '';
  if (adminToken === '') throw new UsageError('Cannot create an event without the admin token: set USHER_ADMIN_TOKEN');
  return {
    webUrl: localUrl('--web', given.web, 'http:'),
    liveUrl: localUrl('--live', given.live, 'ws:'),
    adminToken,
  };
}

export function crowdShape(given: Values<typeof crowdOptions>) {
  return {
    sockets: given.sockets,
    socketsPerHolder: given['sockets-per-holder'],
    lanes: given['in-flight'],
    seatsPerHold: given['seats-per-hold'],
    watch: given.watch,
  };
}

/** What a report may show of the options. */
export function withoutSecrets<T extends { readonly token: string; readonly database: string }>(
  given: T,
): Omit<T, 'token' | 'database'> {
  const { token: _, database: __, ...shown } = given;
  return shown;
}

runAsProgram(import.meta.url, pipelined);
