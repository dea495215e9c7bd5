/**
 * What the journal costs: changes into a sealed batch and out of it, and appends to a real Postgres, one after the other as
 * the committer sends them.
 *
 *     DATABASE_URL=postgres://… node dist/bench/journal.js
 *
 * On that server it makes a database of its own and drops it at the end; without DATABASE_URL only memory is measured.
 */
import { Pool } from 'pg';
import { Bench } from 'tinybench';
import { decodeBatch, EventBatch } from '../src/journal/batch.js';
import type { SealedBatch } from '../src/journal/port.js';
import type { BookingConfirmed, SeatsHeld } from '../src/seatmap/change.js';
import { eventDefaults } from '../src/seatmap/configuration.js';
import { Catalogue } from '../src/store/catalogue.js';
import { PostgresJournalStore } from '../src/store/journal-store.js';
import { createPools } from '../src/store/pool.js';
import { testDatabase } from '../src/store/testing/postgres.js';
import { quietLog } from '../src/store/testing/quiet-log.js';
import { granted } from '../src/journal/testing/granted.js';

/** After the opening of every event of this bench, which carries Postgres' time. */
const startMs = 4_102_444_800_000;
const changesPerRun = 1_000;

/** Ids of the length that the server gives out. */
function hold(index: number): SeatsHeld {
  return {
    kind: 'SeatsHeld',
    atMs: startMs + index,
    identity: {
      holderId: `guest-${String(index).padStart(16, '0')}`,
      commandId: `command-${String(index).padStart(14, '0')}`,
      payloadHash: index,
    },
    deadlineMs: startMs + index + 600_000,
    seats: [index % 60_000, (index + 1) % 60_000],
    totalMinor: 9_000,
  };
}

function booking(index: number): BookingConfirmed {
  const { atMs, identity, totalMinor } = hold(index);
  const commandId = `confirm-${index}`;
  return {
    kind: 'BookingConfirmed',
    atMs,
    identity: { ...identity, commandId },
    holdEpoch: 2,
    holdSeq: 1_000_000_000 + index,
    orderRef: `order-${index}`,
    seats: [index * 2, index * 2 + 1],
    totalMinor,
  };
}

async function benchMemory(): Promise<void> {
  const changes = Array.from({ length: changesPerRun }, (_, index) => hold(index));
  const batch = new EventBatch('bench', 2, 2, 'EUR');
  const fill = (): SealedBatch => {
    batch.reset(2);
    for (const change of changes) batch.add(change);
    return batch.seal(null);
  };
  const sealed = fill();
  const bench = new Bench({ time: 1_000, warmupTime: 500 });
  bench.add('add and seal', () => void fill()).add('decode', () => void decodeBatch(sealed));
  await bench.run();
  console.log(
    `\nIn memory, SeatsHeld of 2 seats, batches of ${changesPerRun}, ${sealed.blob.length / changesPerRun} bytes an entry`,
  );
  console.table(
    bench.tasks.map(({ name, result }) => ({
      name,
      'entries/s': 'latency' in result ? Math.round((changesPerRun * 1_000) / result.latency.p50) : result.state,
    })),
  );
}

interface Shape {
  readonly events: number;
  readonly entriesPerEvent: number;
  readonly appends: number;
  readonly kind: 'hold' | 'booking';
}

const shapes: readonly Shape[] = [
  { events: 1, entriesPerEvent: 10, appends: 2_000, kind: 'hold' },
  { events: 1, entriesPerEvent: 500, appends: 2_000, kind: 'hold' },
  { events: 1, entriesPerEvent: 2_000, appends: 600, kind: 'hold' },
  { events: 10, entriesPerEvent: 50, appends: 1_000, kind: 'hold' },
  { events: 50, entriesPerEvent: 10, appends: 600, kind: 'hold' },
  { events: 50, entriesPerEvent: 40, appends: 400, kind: 'hold' },
  { events: 1, entriesPerEvent: 1, appends: 1_000, kind: 'booking' },
  { events: 1, entriesPerEvent: 200, appends: 50, kind: 'booking' },
];

/** Appends of one shape to fresh events. Each append moves the event's deadline, as a running sale does. */
async function benchAppends(store: PostgresJournalStore, eventIds: readonly string[], shape: Shape): Promise<object> {
  const batches = await Promise.all(
    eventIds.map(async (eventId) => {
      const grant = granted(await store.claim(eventId, 'bench', true));
      if (grant === null) throw new Error(`Cannot find the event ${eventId}`);
      return new EventBatch(eventId, grant.epoch, grant.seq + 1, 'EUR');
    }),
  );
  let change = 0;
  const append = async (): Promise<void> => {
    const sealed = batches.map((batch) => {
      for (let entry = 0; entry < shape.entriesPerEvent; entry += 1) {
        change += 1;
        batch.add(shape.kind === 'hold' ? hold(change) : booking(change));
      }
      const one = batch.seal(startMs + change);
      batch.reset(one.lastSeq + 1);
      return one;
    });
    const outcomes = await store.append(sealed);
    if (!outcomes.every((outcome) => outcome.appended)) throw new Error('Cannot go on as a batch was not appended');
  };
  for (let warmUp = 0; warmUp < shape.appends / 10; warmUp += 1) await append();
  const cpuBefore = process.cpuUsage();
  const beganMs = performance.now();
  for (let index = 0; index < shape.appends; index += 1) await append();
  const tookMs = performance.now() - beganMs;
  const cpu = process.cpuUsage(cpuBefore);
  return {
    kind: shape.kind,
    events: shape.events,
    'entries/event': shape.entriesPerEvent,
    'µs/append': Math.round((tookMs * 1_000) / shape.appends),
    'node µs/append': Math.round((cpu.user + cpu.system) / shape.appends),
    'entries/s': Math.round((shape.appends * shape.events * shape.entriesPerEvent * 1_000) / tookMs),
  };
}

async function benchPostgres(serverUrl: string): Promise<void> {
  process.env['USHER_TEST_DATABASE_URL'] = serverUrl;
  const database = await testDatabase();
  const pools = createPools(database.url, { log: quietLog });
  const admin = new Pool({ connectionString: database.url });
  try {
    const { rows } = await admin.query<{ version: string }>('select version()');
    const store = new PostgresJournalStore(pools.append, pools.read);
    const openEvents = await eventMaker(new Catalogue(pools.read));
    const results: object[] = [];
    for (const shape of shapes) {
      const eventIds = await openEvents(shape.events);
      await admin.query('checkpoint');
      results.push(await benchAppends(store, eventIds, shape));
    }
    console.log(`\nAppends, one after the other: ${rows[0]?.version}`);
    console.table(results);
  } finally {
    await admin.end();
    await pools.close();
    await database.drop();
  }
}

/** Gives a function that opens so many new events. */
async function eventMaker(catalogue: Catalogue): Promise<(count: number) => Promise<string[]>> {
  const seatCount = 60_000;
  await catalogue.insertChart(
    { chartId: 'bench', chartVersion: 1, name: 'Bench', seatCount, areaCount: 0, body: '{}' },
    null,
  );
  const configuration = {
    ...eventDefaults,
    chartId: 'bench',
    chartVersion: 1,
    seatCount,
    currency: 'EUR',
    categories: ['all'],
    pricesMinor: [4_500],
    seatCategories: [[0, seatCount]] as const,
    areas: [],
    layout: null,
    onSaleAtMs: null,
    closesAtMs: null,
    confirmBy: 'holder',
  } as const;
  let made = 0;
  return async (count) => {
    const eventIds = Array.from({ length: count }, () => `bench-event-${made++}`);
    for (const eventId of eventIds) {
      await catalogue.insertEvent({ eventId, name: eventId, startsAtMs: startMs, configuration }, null);
    }
    return eventIds;
  };
}

await benchMemory();
const serverUrl = process.env['DATABASE_URL'];
if (serverUrl === undefined) console.log('\nWithout DATABASE_URL, appends are not measured.');
else await benchPostgres(serverUrl);
