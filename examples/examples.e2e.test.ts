import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { must } from '../src/lib/must.js';
import { checkedDatabase } from '../src/e2e/testing/checked-database.js';
import { type ServerProcess, startServer } from '../src/lib/testing/server-process.js';
import type { TestDatabase } from '../src/store/testing/postgres.js';

// Each example as somebody would run it, against a server of its own.

const cleanUps: (() => Promise<void>)[] = [];
let database: TestDatabase;
let server: ServerProcess;

before(async () => {
  database = await checkedDatabase();
  cleanUps.push(() => database.drop());
  server = await startServer({ databaseUrl: database.url });
  cleanUps.push(() => server.kill('SIGTERM'));
  const chartId = await createChart();
  await createEvent('hall', chartId);
  await createEvent('sold-by-the-shop', chartId, { confirmBy: 'server' });
});

after(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp();
});

/** Two rows of eight, the front one dearer, and a standing area. */
async function createChart(): Promise<string> {
  const rows = ['A', 'B'].map((label, row) => ({
    label,
    seats: Array.from({ length: 8 }, (_, at) => {
      return { label: String(at + 1), x: 10 + at * 10, y: 20 + row * 10, category: row === 0 ? 'front' : 'back' };
    }),
  }));
  const chart = {
    name: 'Little hall',
    size: { width: 100, height: 60 },
    categories: ['front', 'back', 'standing'].map((key) => ({ key, name: key, color: '#36c' })),
    sections: [{ key: 'stalls', name: 'Stalls', rows }],
    areas: [
      {
        area: 'floor',
        name: 'Floor',
        capacity: 50,
        category: 'standing',
        shape: { type: 'rectangle', x: 10, y: 40, width: 80, height: 15 },
      },
    ],
  };
  const { chartId } = await post('v1/charts', { format: 'usher', chart });
  return String(chartId);
}

async function createEvent(eventId: string, chartId: string, more: object = {}): Promise<void> {
  const prices = { front: 5000, back: 3000, standing: 2000 };
  const event = { eventId, name: eventId, startsAt: '2030-05-01T19:30:00Z', chartId, currency: 'EUR', prices, ...more };
  await post('v1/events', event);
}

async function post(path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(new URL(path, server.webUrl), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.adminToken}`,
      'content-type': 'application/json',
      'idempotency-key': `test-${path.replaceAll('/', '-')}-${JSON.stringify(body).length}-${Object.keys(body).length}`,
    },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  assert.equal(response.status, 201, JSON.stringify(answer));
  return answer as Record<string, unknown>;
}

interface Run {
  readonly child: ChildProcess;
  readonly printed: () => string;
  /** Resolves with the exit code once all output was read. */
  readonly ended: Promise<number | null>;
}

function run(name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
  const file = fileURLToPath(new URL(`${name}.js`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], { env: { ...process.env, ...env } });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const ended = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null));
  cleanUps.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, ended, printed: () => text };
}

/** Runs it to its end, and expects that to be a good one. */
async function output(name: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string> {
  const { ended, printed } = run(name, args, env);
  assert.equal(await ended, 0, printed());
  return printed();
}

function webUrl(): string {
  return server.webUrl.replace(/\/$/, '');
}

test('watch-a-map follows what others do, and Ctrl-C ends it', async () => {
  const watching = run('watch-a-map', ['hall', webUrl()]);
  const stdout = must(watching.child.stdout, 'the output');
  const printed = async (pattern: RegExp) => {
    while (!pattern.test(watching.printed())) await once(stdout, 'data');
  };
  await printed(/^hall: 66 places are free$/m);
  await output('hold-and-confirm', ['hall', webUrl()]);
  await printed(/^64 places are free, \d+ is (held|booked), \d+ is (held|booked)$/m);
  watching.child.kill('SIGINT');
  assert.equal(await watching.ended, 0, watching.printed());
});

test('hold-and-confirm books two neighbouring seats', async () => {
  assert.match(
    await output('hold-and-confirm', ['hall', webUrl()]),
    /^\S+ is ours for \d+ s\nbooked \S+ for 10000 minor units of EUR\n$/,
  );
});

test('best-available holds the best seats, and others where those are gone', async () => {
  assert.match(
    await output('best-available', ['2', 'hall', webUrl()]),
    /^held Stalls A-\d, Stalls A-\d for 10000 minor/,
  );
  // Four of the eight dear seats are sold: there are no six of them, but in the other row there are.
  assert.match(
    await output('best-available', ['6', 'hall', webUrl()]),
    /^held (Stalls \w-\d(, )?){6} for \d+ minor units/,
  );
});

test('best-available says why there is nothing', async () => {
  const { ended, printed } = run('best-available', ['9', 'hall', webUrl()]);
  assert.equal(await ended, 1);
  assert.match(printed(), /^limit_exceeded: /);
});

test('standing-area holds, gives one back, and books the rest', async () => {
  assert.equal(
    await output('standing-area', ['hall', webUrl()]),
    [
      'Floor: 50 of 50 places are free',
      'held 3, 47 are left',
      'gave one back, 2 are still held',
      'booked 2 places for 4000 minor units of EUR',
      '',
    ].join('\n'),
  );
});

test('confirm-from-a-server books where only a server may', async () => {
  // The admin token may confirm as an integrator's does.
  const printed = await output('confirm-from-a-server', ['sold-by-the-shop', webUrl()], {
    INTEGRATOR_TOKEN: server.adminToken,
  });
  assert.match(printed, /^booked \S+ for order shop-\S+\n$/);
  const refused = run('confirm-from-a-server', ['sold-by-the-shop', webUrl()], { INTEGRATOR_TOKEN: 'nobody' });
  assert.notEqual(await refused.ended, 0);
  assert.match(refused.printed(), /unauthorized/);
});
