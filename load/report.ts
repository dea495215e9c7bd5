import type { Measurement, Percentiles } from './measurement.js';

export type Row = readonly [label: string, text: string];

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export function count(value: number): string {
  return whole.format(value);
}

export function latencyLine({ p50, p99, p999, max }: Percentiles): string {
  return `p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms  p99.9 ${p999.toFixed(2)} ms  max ${max.toFixed(2)} ms`;
}

export function coresLine({ cores }: Measurement): string {
  const parts = [`generator ${cores.generator.toFixed(2)} (${cores.generatorPer100000.toFixed(2)} at 100,000/s)`];
  if (cores.server !== null) parts.push(`server ${cores.server.toFixed(2)}`);
  if (cores.postgres !== null) parts.push(`Postgres ${cores.postgres.toFixed(2)}`);
  if (cores.busiestThreads.length > 0) {
    parts.push(`busiest server threads ${cores.busiestThreads.map((share) => share.toFixed(2)).join(' ')}`);
  }
  if (cores.serverLacked !== null && cores.postgresLacked !== null) {
    parts.push(`lacking: server ${cores.serverLacked.toFixed(2)} Postgres ${cores.postgresLacked.toFixed(2)}`);
  }
  return parts.join('  ');
}

export function refusalsLine({ refusals, repeats }: Measurement): string {
  const parts = Object.entries(refusals).map(([code, number]) => `${code} × ${count(number)}`);
  if (repeats > 0) parts.push(`${count(repeats)} sent again after 429 or 503`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** Lines of `label   text`, the labels in one column. */
export function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`).join('\n');
}

/** What was measured, and what the caller has to add. */
export function measurementTable(measurement: Measurement, ...more: readonly Row[]): string {
  return table([
    ['each second', measurement.acceptedPerSecond.map(count).join(' ')],
    [
      'accepted',
      `${count(measurement.acceptedPerSecondMedian)} commands/s, median over ${Math.round(measurement.seconds)} s ` +
        `(${count(measurement.holds)} holds, ${count(measurement.releases)} releases)`,
    ],
    ['refused', refusalsLine(measurement)],
    ['latency', latencyLine(measurement.latencyMs)],
    ['cores', coresLine(measurement)],
    ...more,
  ]);
}
