import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from 'pg';
import { limits } from '../config/limits.js';
import { decodeBatch } from '../journal/batch.js';
import { replay } from '../journal/replay.js';
import { eventDefaults, type EventConfiguration } from '../seatmap/configuration.js';
import { accessKinds } from '../seatmap/layout.js';
import { encodePositions } from '../seatmap/positions.js';
import { Catalogue, type ChartRow, defaultOrganiserId, type NewEvent } from './catalogue.js';
import { IdempotentAnswers, isKeyTaken } from './idempotent-answers.js';
import { PostgresJournalStore } from './journal-store.js';
import { LeaseStore } from './lease-store.js';
import { createPools, type Pools } from './pool.js';
import { quietLog } from './testing/quiet-log.js';
import { type TestDatabase, testDatabase } from './testing/postgres.js';
import { registeredNode } from './testing/registered-node.js';
import { granted } from '../journal/testing/granted.js';

const chart: ChartRow = {
  chartId: 'hall',
  chartVersion: 1,
  name: 'Hall',
  seatCount: 3,
  areaCount: 1,
  body: '{"chartVersion": 1}',
};
const configuration: EventConfiguration = {
  chartId: 'hall',
  chartVersion: 1,
  seatCount: 3,
  currency: 'EUR',
  categories: ['a', 'b'],
  pricesMinor: [1000, 500],
  seatCategories: [
    [0, 1],
    [1, 2],
  ],
  areas: [{ area: 'floor', capacity: 300, category: 1 }],
  layout: {
    focus: [0, 0],
    sections: ['stalls'],
    seatSections: [[0, 3]],
    blocks: [3],
    seatAccess: [[0, 3]],
    positions: encodePositions([0, 10, 5, 10, 10, 10]),
  },
  onSaleAtMs: null,
  closesAtMs: 1_900_000_000_123,
  ...eventDefaults,
  confirmBy: 'holder',
};
const event = (eventId: string, startsAtMs = 1_900_000_000_456): NewEvent => ({
  eventId,
  name: 'Opening',
  startsAtMs,
  configuration,
});

/** As many seats as a chart may have, in rings of 500 around the stage, each fifth block in another category. */
function vastConfiguration(): EventConfiguration {
  const seatCount = limits.seatsPerChartMax;
  const ring = 500;
  const positions = Array.from({ length: seatCount }, (_, seat) => {
    const [angle, radius] = [((seat % ring) / ring) * 2 * Math.PI, 3_000 + Math.floor(seat / ring) * 9];
    return [Math.round(radius * Math.cos(angle)), Math.round(radius * Math.sin(angle))];
  });
  const blocks = Array.from({ length: seatCount / 25 }, () => 25);
  const layout = {
    focus: [0, -40] as const,
    sections: ['ring'],
    seatSections: [[0, seatCount]] as const,
    blocks,
    seatAccess: blocks.flatMap((seats) => [
      [0, seats - 2] as const,
      [accessKinds.wheelchair, 1] as const,
      [accessKinds.companion, 1] as const,
    ]),
    positions: encodePositions(positions.flat()),
  };
  return {
    ...configuration,
    seatCount,
    seatCategories: blocks.map((seats, block) => [block % 5 === 0 ? 1 : 0, seats] as const),
    layout,
  };
}

describe('catalogue', () => {
  let database: TestDatabase;
  let pools: Pools;
  let catalogue: Catalogue;
  let client: Client;

  before(async () => {
    database = await testDatabase();
    pools = createPools(database.url, { log: quietLog });
    catalogue = new Catalogue(pools.read);
    client = new Client({ connectionString: database.url });
    await client.connect();
    assert.equal(await catalogue.insertChart(chart, null), true);
  });
  after(async () => {
    await client.end();
    await pools.close();
    await database.drop();
  });

  const countOf = async (table: string, eventId: string): Promise<number> =>
    (await client.query(`select * from ${table} where event_id = $1`, [eventId])).rowCount ?? 0;

  test('a chart is read as it was written, and a version of it is written once', async () => {
    assert.deepEqual(await catalogue.chart('hall'), chart);
    assert.deepEqual(await catalogue.chart('hall', 1), chart);
    assert.equal(await catalogue.chart('hall', 2), null);
    assert.equal(await catalogue.chart('nowhere'), null);
    assert.equal(await catalogue.insertChart({ ...chart, name: 'Another' }, null), false);
    assert.equal((await catalogue.chart('hall'))?.name, 'Hall');
  });

  test('without a version the newest one is read', async () => {
    const newer = { ...chart, chartId: 'grown' };
    assert.equal(await catalogue.insertChart(newer, null), true);
    assert.equal(await catalogue.insertChart({ ...newer, chartVersion: 2, seatCount: 4 }, null), true);
    assert.equal((await catalogue.chart('grown'))?.chartVersion, 2);
    assert.equal((await catalogue.chart('grown', 1))?.seatCount, 3);
  });

  test('an event is read as it was written, without what is told seat by seat', async () => {
    assert.equal(await catalogue.insertEvent({ ...event('written'), organiserId: 'opera' }, null), true);
    const { seatCategories: _categories, layout: _layout, ...shown } = configuration;
    assert.deepEqual(await catalogue.event('written'), {
      eventId: 'written',
      organiserId: 'opera',
      name: 'Opening',
      startsAtMs: 1_900_000_000_456,
      chartId: 'hall',
      chartVersion: 1,
      configuration: shown,
    });
    assert.equal(await catalogue.event('nothing'), null);
  });

  test('an event of which nobody says whose it is belongs to the default organiser', async () => {
    await catalogue.insertEvent(event('of-nobody'), null);
    assert.equal((await catalogue.event('of-nobody'))?.organiserId, defaultOrganiserId);
  });

  test('[I13] the largest hall with all its seats’ places is opened, activated and read back whole', async () => {
    const vast: EventConfiguration = { ...vastConfiguration(), chartId: 'hall', chartVersion: 1 };
    assert.equal(await catalogue.insertEvent({ ...event('vast'), configuration: vast }, null), true);
    const journal = new PostgresJournalStore(pools.append, pools.read);
    await new LeaseStore(pools.read).register(registeredNode('vast'), 600_000);
    assert.deepEqual(granted(await journal.claim('vast', 'vast', true)), { epoch: 2, seq: 1, rested: true });
    const [opening, ...more] = [...replay(await journal.batches('vast', 0))];
    assert.equal(more.length, 0);
    assert.ok(opening?.change.kind === 'EventOpened');
    assert.deepStrictEqual(opening.change.configuration, vast);
    const { seatCategories: _categories, layout: _layout, ...shown } = vast;
    assert.deepEqual((await catalogue.event('vast'))?.configuration, shown);

    // As large as a snapshot of it is, at the least.
    const body = Buffer.from(JSON.stringify(vast));
    assert.equal(await journal.saveSnapshot('vast', { epoch: 2, seq: 1, body }), true);
    assert.deepEqual((await journal.snapshot('vast'))?.body, body);
  });

  test('[I8] a new event has a head that nobody owns and a journal of change 1, EventOpened by Postgres time', async () => {
    const { rows: times } = await client.query<{ ms: number }>(
      'select extract(epoch from clock_timestamp())::float8 * 1000 as ms',
    );
    assert.equal(await catalogue.insertEvent(event('opened'), null), true);
    const { rows: heads } = await client.query('select * from event_head where event_id = $1', ['opened']);
    assert.deepEqual(heads, [
      { event_id: 'opened', epoch: '1', seq: '1', owner: '', rested: true, next_deadline_ms: null, journal_format: 1 },
    ]);

    const { rows } = await client.query<{ blob: Buffer }>('select blob from journal where event_id = $1', ['opened']);
    assert.equal(rows.length, 1);
    const blob = rows[0]?.blob ?? Buffer.alloc(0);
    const [entry, ...more] = decodeBatch({ epoch: 1, firstSeq: 1, lastSeq: 1, blob }, 'opened');
    assert.equal(more.length, 0);
    assert.equal(entry?.change.kind, 'EventOpened');
    assert.deepEqual(entry?.change.kind === 'EventOpened' && entry.change.configuration, configuration);
    assert.ok(Math.abs((entry?.change.atMs ?? 0) - (times[0]?.ms ?? 0)) < 60_000);
  });

  test('[I8] a new event is activated like one that came to rest', async () => {
    await catalogue.insertEvent(event('activated'), null);
    const journal = new PostgresJournalStore(pools.append, pools.read);
    assert.deepEqual(await journal.existing(['activated', 'nothing']), ['activated']);
    await new LeaseStore(pools.read).register(registeredNode('node'), 600_000);
    assert.deepEqual(granted(await journal.claim('activated', 'node', true)), { epoch: 2, seq: 1, rested: true });
    assert.equal((await journal.batches('activated', 0)).length, 1);
  });

  test('an id in use is refused, and the event that has it stays as it is', async () => {
    await catalogue.insertEvent(event('taken'), null);
    await client.query("update event_head set epoch = 7 where event_id = 'taken'");
    assert.equal(await catalogue.insertEvent({ ...event('taken'), name: 'Another' }, null), false);
    assert.equal((await catalogue.event('taken'))?.name, 'Opening');
    assert.equal(await countOf('journal', 'taken'), 1);
    const { rows } = await client.query("select epoch from event_head where event_id = 'taken'");
    assert.deepEqual(rows, [{ epoch: '7' }]);
  });

  test('[I7] an event of a chart that is not there leaves nothing', async () => {
    const broken = { ...event('orphan'), configuration: { ...configuration, chartId: 'nowhere' } };
    await assert.rejects(catalogue.insertEvent(broken, null), { code: '23503' });
    for (const table of ['event', 'event_head', 'journal']) assert.equal(await countOf(table, 'orphan'), 0);
  });

  test('events are listed in the order in which they take place, and the earliest give way to the limit', async () => {
    for (const day of [3, 1, 2]) await catalogue.insertEvent(event(`e${day}`, 2_000_000_000_000 + day), null);
    const listed = await catalogue.events(3);
    assert.deepEqual(
      listed.map((row) => row.eventId),
      ['e1', 'e2', 'e3'],
    );
    assert.deepEqual(
      (await catalogue.events(2)).map((row) => row.eventId),
      ['e2', 'e3'],
    );
  });

  describe('kept answers', () => {
    const answer = (key: string) => ({ key, requestHash: new Uint8Array([1, 2, 3]), answer: { made: key } });

    test('an answer is kept together with what it speaks of', async () => {
      const answers = new IdempotentAnswers(pools.read, 60_000);
      assert.equal(await answers.find('key-kept'), null);
      assert.equal(await catalogue.insertEvent(event('kept'), answer('key-kept')), true);
      const kept = await answers.find('key-kept');
      assert.deepEqual(kept?.answer, { made: 'key-kept' });
      assert.deepEqual([...(kept?.requestHash ?? [])], [1, 2, 3]);
    });

    test('[I7] where nothing was made no answer is kept', async () => {
      assert.equal(await catalogue.insertEvent(event('kept'), answer('key-refused')), false);
      assert.equal(await catalogue.insertChart(chart, answer('key-refused')), false);
      assert.equal(await new IdempotentAnswers(pools.read, 60_000).find('key-refused'), null);
    });

    test('[I7] a key in use makes nothing', async () => {
      await catalogue.insertChart({ ...chart, chartId: 'first' }, answer('key-used'));
      await assert.rejects(catalogue.insertEvent(event('second'), answer('key-used')), isKeyTaken);
      for (const table of ['event', 'event_head', 'journal']) assert.equal(await countOf(table, 'second'), 0);
      assert.equal(isKeyTaken(new Error('another')), false);
    });

    test('an answer past its life is forgotten, and its key can be used again', async () => {
      await catalogue.insertChart({ ...chart, chartId: 'old' }, answer('key-old'));
      await client.query("update idempotent_answer set made_at = made_at - interval '2 minutes' where key = 'key-old'");
      assert.equal(await new IdempotentAnswers(pools.read, 60_000).find('key-old'), null);
      assert.equal(await catalogue.insertChart({ ...chart, chartId: 'new' }, answer('key-old')), true);
    });
  });
});
