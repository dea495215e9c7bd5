import { pause, systemTimers } from '../src/lib/timers.js';
import type { Crowd } from './crowd.js';
import { readServerTime, type ServerTime } from './processor-time.js';

/** What one stretch of a run showed. */
export interface Measurement {
  readonly seconds: number;
  /** Accepted commands of each second: holds and releases, committed. */
  readonly acceptedPerSecond: readonly number[];
  readonly acceptedPerSecondMedian: number;
  readonly holds: number;
  readonly releases: number;
  readonly refusals: Readonly<Record<string, number>>;
  readonly refusedPerSecond: number;
  readonly repeats: number;
  readonly otherFrames: number;
  readonly latencyMs: Percentiles;
  /** Processor cores used on average. */
  readonly cores: Cores;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export interface Cores {
  readonly generator: number;
  /** What the generator would use at 100,000 answers/s. */
  readonly generatorPer100000: number;
  readonly server: number | null;
  readonly postgres: number | null;
  /** The server's threads that used most. */
  readonly busiestThreads: readonly number[];
  /** Cores that the server's threads and Postgres would have used besides, had there been more of them. */
  readonly serverLacked: number | null;
  readonly postgresLacked: number | null;
}

/** No answer for so long means that the run has failed. */
const stallSecondsMax = 15;
const threadsShown = 4;

/** Counts for `seconds`. `serverPid`: whose processor time to read too. */
export async function measure(crowd: Crowd, seconds: number, serverPid: number | null): Promise<Measurement> {
  const { tally } = crowd;
  tally.reset();
  const serverBefore = serverPid === null ? null : readServerTime(serverPid);
  const usageBefore = process.cpuUsage();
  const startMs = performance.now();
  const acceptedPerSecond: number[] = [];
  let lastAccepted = 0;
  let lastMs = startMs;
  let stalledSeconds = 0;
  for (let second = 1; second <= seconds; second++) {
    await Promise.race([pause(systemTimers, startMs + second * 1000 - performance.now()), crowd.lost]);
    const nowMs = performance.now();
    const { accepted } = tally;
    acceptedPerSecond.push(((accepted - lastAccepted) * 1000) / (nowMs - lastMs));
    stalledSeconds = accepted === lastAccepted ? stalledSeconds + 1 : 0;
    if (stalledSeconds >= stallSecondsMax) {
      throw new Error(`Cannot go on as nothing was accepted for ${stalledSeconds} s: ${describe(crowd)}`);
    }
    lastAccepted = accepted;
    lastMs = nowMs;
  }
  const elapsedMs = lastMs - startMs;
  const usage = process.cpuUsage(usageBefore);
  const generatorMs = (usage.user + usage.system) / 1000;
  const serverAfter = serverPid === null ? null : readServerTime(serverPid);
  const answers = tally.accepted + tally.refused;
  return {
    seconds: elapsedMs / 1000,
    acceptedPerSecond: acceptedPerSecond.map(Math.round),
    acceptedPerSecondMedian: Math.round(median(acceptedPerSecond)),
    holds: tally.holds,
    releases: tally.releases,
    refusals: Object.fromEntries(tally.refusals),
    refusedPerSecond: Math.round((tally.refused * 1000) / elapsedMs),
    repeats: tally.repeats,
    otherFrames: tally.otherFrames,
    latencyMs: percentiles(tally.latencyUs),
    cores: {
      generator: generatorMs / elapsedMs,
      generatorPer100000: answers === 0 ? 0 : (generatorMs / answers) * 100,
      ...serverCores(serverBefore, serverAfter, elapsedMs),
    },
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

/** Of a histogram in microseconds. */
export function percentiles(histogramUs: { percentile(p: number): number; max: number; count: number }): Percentiles {
  if (histogramUs.count === 0) return { p50: 0, p99: 0, p999: 0, max: 0 };
  return {
    p50: histogramUs.percentile(50) / 1000,
    p99: histogramUs.percentile(99) / 1000,
    p999: histogramUs.percentile(99.9) / 1000,
    max: histogramUs.max / 1000,
  };
}

function serverCores(
  before: ServerTime | null,
  after: ServerTime | null,
  elapsedMs: number,
): Omit<Cores, 'generator' | 'generatorPer100000'> {
  if (before === null || after === null) {
    return { server: null, postgres: null, busiestThreads: [], serverLacked: null, postgresLacked: null };
  }
  const threads = [...after.threadsMs].map(([id, ms]) => (ms - (before.threadsMs.get(id) ?? 0)) / elapsedMs);
  return {
    server: (after.serverMs - before.serverMs) / elapsedMs,
    postgres: (after.postgresMs - before.postgresMs) / elapsedMs,
    busiestThreads: threads.toSorted((a, b) => b - a).slice(0, threadsShown),
    serverLacked: (after.serverWaitedMs - before.serverWaitedMs) / elapsedMs,
    postgresLacked: (after.postgresWaitedMs - before.postgresWaitedMs) / elapsedMs,
  };
}

function describe(crowd: Crowd): string {
  const refusals = [...crowd.tally.refusals].map(([code, count]) => `${code} × ${count}`).join(', ');
  return `${crowd.inFlight} commands in flight, ${crowd.tally.repeats} repeats, refusals: ${refusals || 'none'}`;
}
