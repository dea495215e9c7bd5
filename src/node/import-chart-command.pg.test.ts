import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { manySeats } from '../api/charts/testing/many-seats.js';
import { smallTheatre, twoZones } from '../api/charts/testing/pretix-plans.js';
import { smallChart } from '../api/testing/small-chart.js';
import { Catalogue, type ChartRow } from '../store/catalogue.js';
import { createPools, type Pools } from '../store/pool.js';
import { type TestDatabase, testDatabase } from '../store/testing/postgres.js';
import { quietLog } from '../store/testing/quiet-log.js';

const usher = fileURLToPath(new URL('../main.js', import.meta.url));

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('usher import-chart', () => {
  let database: TestDatabase;
  let pools: Pools;
  let folder: string;
  before(async () => {
    database = await testDatabase();
    pools = createPools(database.url, { log: quietLog });
    folder = await mkdtemp(join(tmpdir(), 'usher-charts-'));
  });
  after(async () => {
    await pools.close();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const run = async (parameters: readonly string[], input = '', url: string | null = database.url): Promise<Run> => {
    const child: ChildProcess = spawn(process.execPath, [usher, 'import-chart', ...parameters], {
      env: {
        PATH: process.env['PATH'],
        USHER_DATA_DIR: join(folder, 'data'),
        ...(url === null ? {} : { DATABASE_URL: url }),
      },
    });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => (said[name] += text));
    }
    // A process that has found a fault no longer listens.
    child.stdin?.on('error', () => undefined).end(input);
    const [code] = (await once(child, 'close')) as [number];
    return { code, ...said };
  };
  const fileOf = async (name: string, document: unknown): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, typeof document === 'string' ? document : JSON.stringify(document));
    return path;
  };
  const storedBy = async ({ code, stdout, stderr }: Run): Promise<ChartRow> => {
    assert.equal(code, 0, stderr);
    const chartId = /^chartId ([A-Za-z0-9_-]{16}), version 1, /.exec(stdout)?.[1];
    const row = await new Catalogue(pools.read).chart(chartId ?? '');
    assert.ok(row !== null, stdout);
    return row;
  };

  test('a chart in the usher format is stored, and its id, seats and areas are told', async () => {
    const made = await run([await fileOf('small.json', smallChart())]);
    const row = await storedBy(made);
    assert.equal(made.stdout, `chartId ${row.chartId}, version 1, 5 seats, 0 areas\n`);
    assert.equal(made.stderr, '');
    assert.deepEqual([row.name, row.seatCount, row.areaCount], ['Small hall', 5, 0]);
  });

  test('a pretix plan is known by its zones, or by what is said', async () => {
    const path = await fileOf('theatre.json', smallTheatre());
    assert.equal((await storedBy(await run([path]))).seatCount, 7);
    assert.equal((await storedBy(await run(['--format=pretix', path]))).seatCount, 7);
    assert.equal((await run([path, '--format', 'usher'])).code, 1);
  });

  test('- is the standard input', async () => {
    assert.equal((await storedBy(await run(['-'], JSON.stringify(twoZones())))).name, 'Two zones');
  });

  test('warnings go to the error output, a line each', async () => {
    const chart = { ...smallChart(), size: { width: 15, height: 50 } };
    const made = await run([await fileOf('narrow.json', chart)]);
    await storedBy(made);
    assert.deepEqual(made.stderr.trimEnd().split('\n'), [
      'usher: warning: chart.sections[0].rows[0]: seats that lie outside the size: 1 of 2',
      'usher: warning: chart.sections[0].rows[1]: seats that lie outside the size: 1 of 2',
    ]);
  });

  test('a chart of 50,000 seats', async () => {
    assert.equal((await storedBy(await run([await fileOf('large.json', manySeats(500, 100))]))).seatCount, 50_000);
  });

  const faults: [what: string, document: unknown, said: RegExp][] = [
    ['a fault, by its path', { ...smallChart(), size: { width: 0, height: 1 } }, /: chart\.size\.width: /],
    ['what is no JSON, by its offset', '{"name" "Hall"}', /: body: .*byte 8 /],
    ['an empty file', '', /: body: /],
  ];
  for (const [what, document, said] of faults) {
    test(`exit code 1 and one line for ${what}`, async () => {
      const path = await fileOf('faulty.json', document);
      const { code, stdout, stderr } = await run([path]);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, said);
      assert.ok(stderr.startsWith(`usher: Cannot import ${path} as `), stderr);
      assert.equal(stderr.trimEnd().split('\n').length, 1);
    });
  }

  test('exit code 1 and one line for a file that is not there, or is a folder', async () => {
    for (const path of [join(folder, 'missing.json'), folder]) {
      const { code, stderr } = await run([path]);
      assert.equal(code, 1);
      assert.match(stderr, /^usher: Cannot import \S+ as it cannot be read: .*\n$/);
    }
  });

  test('exit code 1 and one line where no database runs', async () => {
    const { code, stderr } = await run([await fileOf('small.json', smallChart())], '', null);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^usher: Cannot import the chart as no database runs on \S+: start the server, or set [^\n]*\n$/,
    );
  });

  test('--help says how', async () => {
    const { code, stdout } = await run(['--help']);
    assert.equal(code, 0);
    assert.match(stdout, /usher import-chart <file> \[--format usher\|pretix\]/);
  });
});
