import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { ChartStream } from '../api/charts/chart-stream.js';
import type { CheckedChart } from '../api/charts/chart.js';
import { importChart, type ImportedChart } from '../api/charts/import-chart.js';
import { Problem } from '../api/problem.js';
import type { Call } from '../config/command-line.js';
import type { Configuration } from '../config/load.js';
import { must } from '../lib/must.js';
import { systemRandom } from '../lib/random.js';
import { systemTimers, turnOver } from '../lib/timers.js';
import { UsageError } from '../lib/usage-error.js';
import { createPinoLog } from '../observability/pino-log.js';
import { Catalogue } from '../store/catalogue.js';
import { findEmbeddedPostgres } from '../store/embedded/embedded-postgres.js';
import { createPools } from '../store/pool.js';

type ImportChartCall = Extract<Call, { kind: 'importChart' }>;

const standardInput = '-';
/** Below this a file is read before anybody could look. */
const progressFromBytes = 4 * 1024 * 1024;

/**
 * `usher import-chart …`: reads the file, then makes a chart of it beside the live traffic. The file is read first: a chart
 * with a fault needs no database.
 * @throws UsageError one line: the fault with its path, or what keeps it from being read or stored
 */
export async function runImportChartCommand(call: ImportChartCall, configuration: Configuration): Promise<number> {
  const checked = await readChartFile(call);
  const made = await store(checked, configuration);
  const { chartId, chartVersion, seatCount, areaCount, warnings } = made;
  for (const warning of warnings) process.stderr.write(`usher: warning: ${warning}\n`);
  process.stdout.write(`chartId ${chartId}, version ${chartVersion}, ${seatCount} seats, ${areaCount} areas\n`);
  return 0;
}

async function readChartFile({ file, format }: ImportChartCall): Promise<CheckedChart> {
  const chart = new ChartStream({ document: 'file', format });
  try {
    const length = file === standardInput ? null : (await stat(file)).size;
    const source: Readable = file === standardInput ? process.stdin : createReadStream(file);
    const progress = new Progress(length);
    for await (const bytes of source) {
      await chart.writeInSlices(bytes as Buffer, () => turnOver(systemTimers));
      progress.add((bytes as Buffer).length);
    }
    progress.end();
    return chart.end();
  } catch (error) {
    throw cannotImport(file, error);
  }
}

async function store(checked: CheckedChart, configuration: Configuration): Promise<ImportedChart> {
  const url = configuration.databaseUrl ?? (await findEmbeddedPostgres(configuration.dataDir));
  if (url === null) {
    throw new UsageError(
      `Cannot import the chart as no database runs on ${configuration.dataDir}: start the server, or set DATABASE_URL or USHER_DATA_DIR`,
    );
  }
  const pools = createPools(url, { log: createPinoLog(configuration.logLevel, {}) });
  try {
    const importer = {
      catalogue: new Catalogue(pools.read),
      random: systemRandom,
      breathe: () => turnOver(systemTimers),
    };
    return must(await importChart(importer, checked, null), 'an id that no other chart has');
  } finally {
    await pools.close();
  }
}

function cannotImport(file: string, error: unknown): unknown {
  const named = file === standardInput ? 'the standard input' : file;
  if (error instanceof Problem) {
    return new UsageError(error.message.replace(/^Cannot accept the (request|chart)/, `Cannot import ${named}`));
  }
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? error : new UsageError(`Cannot import ${named} as it cannot be read: ${message}`);
}

/** One line on a terminal that says how far a long file has been read. Nothing anywhere else. */
class Progress {
  readonly #isShown: boolean;
  readonly #length: number;
  #read = 0;
  #shown = -1;

  constructor(length: number | null) {
    this.#isShown = process.stderr.isTTY && length !== null && length >= progressFromBytes;
    this.#length = length ?? 0;
  }

  add(bytes: number): void {
    this.#read += bytes;
    const percent = Math.min(100, Math.floor((this.#read / this.#length) * 100));
    if (!this.#isShown || percent === this.#shown) return;
    this.#shown = percent;
    process.stderr.write(`\rreading: ${percent} %`);
  }

  end(): void {
    if (this.#isShown) process.stderr.write('\n');
  }
}
