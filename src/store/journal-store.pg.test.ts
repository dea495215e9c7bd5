import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, DatabaseError, Pool, type PoolClient } from 'pg';
import { journalContract } from '../journal/contract.js';
import { StatementFailed } from '../journal/port.js';
import { bookingConfirmed, placesHeld, seatsHeld } from '../journal/testing/changes.js';
import { configurationWithAreas, sampleConfiguration } from '../journal/testing/configuration.js';
import type { ContractLeases } from '../journal/testing/contract-context.js';
import { EventScript } from '../journal/testing/event-script.js';
import { granted } from '../journal/testing/granted.js';
import { verifyJournal } from '../journal/verify.js';
import { must } from '../lib/must.js';
import type { EventConfiguration } from '../seatmap/configuration.js';
import { Catalogue } from './catalogue.js';
import { PostgresJournalAudit } from './journal-audit.js';
import { PostgresJournalStore } from './journal-store.js';
import { LeaseStore } from './lease-store.js';
import type { Queryable } from './queryable.js';
import { type TestDatabase, testDatabase } from './testing/postgres.js';
import { registeredNode } from './testing/registered-node.js';

function openPool(url: string): Pool {
  const pool = new Pool({ connectionString: url });
  // A connection that is still closing when the database is dropped.
  pool.on('error', () => undefined);
  return pool;
}

async function createChart(connection: Queryable): Promise<void> {
  const { chartId, chartVersion, seatCount } = sampleConfiguration;
  await new Catalogue(connection).insertChart(
    { chartId, chartVersion, name: 'Hall', seatCount, areaCount: 0, body: '{}' },
    null,
  );
}

async function createEvent(connection: Queryable, eventId: string, configuration: EventConfiguration): Promise<void> {
  const event = { eventId, name: eventId, startsAtMs: 4e12, configuration };
  assert.ok(await new Catalogue(connection).insertEvent(event, null));
}

journalContract('on Postgres', async () => {
  const database = await testDatabase();
  const appends = new Client({ connectionString: database.url });
  await appends.connect();
  const reads = openPool(database.url);
  await createChart(reads);
  await registerLeases(reads);
  return {
    store: new PostgresJournalStore(appends, reads),
    audit: new PostgresJournalAudit(reads),
    leases: leasesOn(reads),
    createEvent: (eventId, configuration) => createEvent(reads, eventId, configuration),
    close: async () => {
      await Promise.all([appends.end(), reads.end()]);
      await database.drop();
    },
  };
});

function leasesOn(connection: Queryable): ContractLeases {
  const leases = new LeaseStore(connection);
  const register = (incarnation: string, leaseMs: number, journalFormat = 1): Promise<number> =>
    leases.register(registeredNode(incarnation, { journalFormat }), leaseMs);
  return {
    keep: (incarnation, reads) => register(incarnation, 600_000, reads),
    runOut: (incarnation) => register(incarnation, -1),
    drop: (incarnation) => leases.resign(incarnation, incarnation),
  };
}

/** Of those who claim events in the contract. */
async function registerLeases(connection: Pool): Promise<void> {
  for (const incarnation of ['script', 'node-a', 'node-b']) await leasesOn(connection).keep(incarnation);
}

describe('journal store on Postgres: rivals', () => {
  let database: TestDatabase;
  let pool: Pool;
  /** A session that the tests hold transactions open on. */
  let rival: PoolClient;
  let store: PostgresJournalStore;
  let events = 0;

  before(async () => {
    database = await testDatabase();
    pool = openPool(database.url);
    rival = await pool.connect();
    store = new PostgresJournalStore(pool, pool);
    await createChart(pool);
    await registerLeases(pool);
  });

  after(async () => {
    rival.release();
    await pool.end();
    await database.drop();
  });

  const newEvent = async (configuration = sampleConfiguration): Promise<EventScript> => {
    events += 1;
    const eventId = `rivals-${events}`;
    await createEvent(pool, eventId, configuration);
    return EventScript.activate(store, eventId);
  };

  /** Resolves when `count` sessions of this database wait for a lock. */
  const someoneWaits = async (count = 1): Promise<void> => {
    const waiting = `select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    for (;;) {
      const { rows } = await pool.query<{ count: number }>(waiting);
      if (must(rows[0], 'count').count >= count) return;
    }
  };

  const grantTo = `update event_head set epoch = epoch + 1, owner = $2, rested = false where event_id = $1`;

  test('[I8] an append that waits while a grant commits does not commit after it', async () => {
    const event = await newEvent();
    await rival.query('begin');
    await rival.query(grantTo, [event.eventId, 'rival']);
    const appending = store.append([event.sealed([seatsHeld(), bookingConfirmed({ holdSeq: 2, seats: [7] })])]);
    await someoneWaits();
    await rival.query('commit');
    assert.deepStrictEqual(await appending, [{ eventId: event.eventId, appended: false, epoch: 3, seq: 1 }]);
    assert.equal((await store.batches(event.eventId, 0)).length, 1);
    assert.equal(await store.bookingOfHold(event.eventId, 'holder-1', 2), null);
  });

  test('[I8] an append that waits while a grant is rolled back commits', async () => {
    const event = await newEvent();
    await rival.query('begin');
    await rival.query(grantTo, [event.eventId, 'rival']);
    const appending = store.append([event.sealed([seatsHeld()])]);
    await someoneWaits();
    await rival.query('rollback');
    assert.deepStrictEqual(await appending, [{ eventId: event.eventId, appended: true, epoch: 2, seq: 2 }]);
  });

  test('[I8] a grant that waits for an append sees what the append committed', async () => {
    const event = await newEvent();
    await rival.query('begin');
    const behind = new PostgresJournalStore(rival, pool);
    const batch = event.sealed([seatsHeld(), seatsHeld({ seats: [1] })]);
    assert.equal((await behind.append([batch]))[0]?.appended, true);
    assert.equal(await new PostgresJournalStore(pool, rival).rest(event.eventId, 2, 3, null), true);
    const granting = store.claim(event.eventId, 'node-b', true);
    await someoneWaits();
    await rival.query('commit');
    assert.deepStrictEqual(granted(await granting), { epoch: 3, seq: 3, rested: true });
    assert.equal((await store.batches(event.eventId, 1)).length, 1);
  });

  test('[I7] the same batch sent twice at once commits once, and both senders can tell', async () => {
    const event = await newEvent();
    const batch = event.sealed([seatsHeld()]);
    await rival.query('begin');
    const behind = new PostgresJournalStore(rival, pool);
    assert.equal((await behind.append([batch]))[0]?.appended, true);
    const repeating = store.append([batch]);
    await someoneWaits();
    await rival.query('commit');
    assert.deepStrictEqual(await repeating, [{ eventId: event.eventId, appended: false, epoch: 2, seq: 2 }]);
    assert.equal((await store.batches(event.eventId, 1)).length, 1);
  });

  const register = (connection: Queryable, nodeId: string, incarnation: string): Promise<number> =>
    new LeaseStore(connection).register(registeredNode(nodeId, { incarnation }), 600_000);
  test('[I8] an incarnation without a lease is granted nothing, nor one that was superseded', async () => {
    const event = await newEvent();
    await store.rest(event.eventId, event.epoch, event.seq, null);
    await assert.rejects(store.claim(event.eventId, 'nobody', true), StatementFailed);
    await register(pool, 'node-old', 'old');
    assert.deepStrictEqual(granted(await store.claim(event.eventId, 'old', true)), { epoch: 3, seq: 1, rested: true });
    await register(pool, 'node-old', 'successor');
    await assert.rejects(store.claim(event.eventId, 'old', true), StatementFailed);
    assert.equal(granted(await store.claim(event.eventId, 'successor', false)).epoch, 4);
  });

  test('[I8] a claim that waits for the claimant’s successor to register is refused', async () => {
    const event = await newEvent();
    await register(pool, 'node-raced', 'raced');
    await rival.query('begin');
    await register(rival, 'node-raced', 'raced-successor');
    const granting = store.claim(event.eventId, 'raced', true);
    await someoneWaits();
    await rival.query('commit');
    await assert.rejects(granting, StatementFailed);
  });

  test('[I8] a claim that waits while the owner renews its lease is granted nothing', async () => {
    const event = await newEvent();
    await leasesOn(pool).runOut('script');
    await rival.query('begin');
    await leasesOn(rival).keep('script');
    const claiming = store.claim(event.eventId, 'node-b', true);
    await someoneWaits();
    await rival.query('commit');
    assert.deepStrictEqual(await claiming, { kind: 'owned', owner: 'script' });
  });

  test('[I8] a claim that waits for another’s sees that one’s owner, though its lease was registered meanwhile', async () => {
    const event = await newEvent();
    await store.rest(event.eventId, event.epoch, event.seq, null);
    await rival.query('begin');
    await register(rival, 'node-new', 'newcomer');
    const rivals = new PostgresJournalStore(rival, rival);
    assert.equal((await rivals.claim(event.eventId, 'newcomer', true)).kind, 'granted');
    const claiming = store.claim(event.eventId, 'node-b', true);
    await someoneWaits();
    await rival.query('commit');
    assert.deepStrictEqual(await claiming, { kind: 'owned', owner: 'newcomer' });
  });

  test('[I8] of many claims at once one is granted, and the others learn whose the event is', async () => {
    const event = await newEvent();
    await store.rest(event.eventId, event.epoch, event.seq, null);
    const nodes = Array.from({ length: 8 }, (_, node) => `crowd-${node}`);
    for (const node of nodes) await register(pool, node, node);
    const claims = await Promise.all(nodes.map((node) => store.claim(event.eventId, node, true)));
    const winner = must(nodes[claims.findIndex(({ kind }) => kind === 'granted')], 'a node that was granted the event');
    assert.deepStrictEqual(
      claims.filter(({ kind }) => kind !== 'granted'),
      nodes.slice(1).map(() => ({ kind: 'owned', owner: winner })),
    );
  });

  test('appends that share events lock them in one order, whatever the order they are given in', async () => {
    const scripts = [await newEvent(), await newEvent(), await newEvent(), await newEvent()];
    const rounds = 30;
    for (let round = 0; round < rounds; round += 1) {
      const batches = scripts.map((script) => script.sealed([seatsHeld({ seats: [round] })]));
      const found = await Promise.all([store.append(batches), store.append(batches.toReversed())]);
      const appended = found.map((outcomes) => outcomes.filter((outcome) => outcome.appended).length);
      assert.deepStrictEqual(
        appended.toSorted((a, b) => a - b),
        [0, scripts.length],
      );
      for (const script of scripts) script.seq += 1;
    }
  });

  test('[I7] the victim of a deadlock has changed nothing and may try again', async () => {
    const [one, two] = [await newEvent(), await newEvent()];
    const batches = [one.sealed([seatsHeld()]), two.sealed([seatsHeld()])];
    // Whoever looks for a deadlock first is its victim.
    const victim = new Client({ connectionString: database.url, options: '-c deadlock_timeout=2s' });
    await victim.connect();
    await rival.query('begin');
    await rival.query(`set local deadlock_timeout = '1h'`);
    await rival.query(grantTo, [two.eventId, 'rival']);
    const refusal = assert.rejects(new PostgresJournalStore(victim, victim).append(batches), transientFailure('40P01'));
    await someoneWaits();
    const grantingToo = rival.query(grantTo, [one.eventId, 'rival']);
    await refusal;
    await grantingToo;
    await rival.query('rollback');
    await victim.end();
    assert.deepStrictEqual(
      (await store.append(batches)).map((outcome) => outcome.appended),
      [true, true],
    );
  });

  test('[I7] a serialization failure has changed nothing and may be tried again', async () => {
    const event = await newEvent();
    const strict = new Client({
      connectionString: database.url,
      options: '-c default_transaction_isolation=serializable',
    });
    await strict.connect();
    const strictStore = new PostgresJournalStore(strict, strict);
    const batch = event.sealed([seatsHeld()]);
    await rival.query('begin');
    await rival.query('update event_head set owner = owner where event_id = $1', [event.eventId]);
    const refusal = assert.rejects(strictStore.append([batch]), transientFailure('40001'));
    await someoneWaits();
    await rival.query('commit');
    await refusal;
    assert.deepStrictEqual((await strictStore.append([batch]))[0]?.appended, true);
    await strict.end();
  });

  test('[I7] a time limit of the server has changed nothing and may be tried again', async () => {
    const event = await newEvent();
    for (const [limit, code] of [
      ['statement_timeout', '57014'],
      ['lock_timeout', '55P03'],
    ] as const) {
      const hasty = new Client({ connectionString: database.url, options: `-c ${limit}=20ms` });
      await hasty.connect();
      await rival.query('begin');
      await rival.query('update event_head set owner = owner where event_id = $1', [event.eventId]);
      await assert.rejects(
        new PostgresJournalStore(hasty, hasty).append([event.sealed([seatsHeld()])]),
        transientFailure(code),
      );
      await rival.query('rollback');
      await hasty.end();
    }
    await event.commit([seatsHeld()]);
  });

  test('[I7] a connection that is ended in the middle of an append leaves the outcome unknown', async () => {
    const event = await newEvent();
    const doomed = new Client({ connectionString: database.url });
    doomed.on('error', () => undefined);
    await doomed.connect();
    const { rows } = await doomed.query<{ pid: number }>('select pg_backend_pid() as pid');
    await rival.query('begin');
    await rival.query('update event_head set owner = owner where event_id = $1', [event.eventId]);
    const batch = event.sealed([seatsHeld()]);
    const unknown = assert.rejects(
      new PostgresJournalStore(doomed, doomed).append([batch]),
      (error) => error instanceof DatabaseError && error.code === '57P01',
    );
    await someoneWaits();
    await pool.query('select pg_terminate_backend($1)', [must(rows[0], 'pid').pid]);
    await unknown;
    await rival.query('rollback');
    // The next append settles it.
    assert.deepStrictEqual(await store.append([batch]), [{ eventId: event.eventId, appended: true, epoch: 2, seq: 2 }]);
  });

  test('[I13] the audit sees what was done to the tables behind the journal’s back', async () => {
    const event = await newEvent();
    await event.commit([seatsHeld({ seats: [7] }), bookingConfirmed({ holdSeq: 2, seats: [7] })]);
    await event.commit([seatsHeld({ seats: [9] })]);
    const problems = async () => {
      for await (const report of verifyJournal(new PostgresJournalAudit(pool), event.eventId)) {
        return report.problems.map(({ seq, what }) => `${seq}: ${what}`);
      }
      return [];
    };
    assert.deepStrictEqual(await problems(), []);
    const { eventId } = event;
    await pool.query(`update booked_seat set seat = 8 where event_id = $1`, [eventId]);
    await pool.query(`insert into booked_seat (event_id, seat, booking_seq) values ($1, 50, 40)`, [eventId]);
    await pool.query(`update booking set total_minor = 1 where event_id = $1`, [eventId]);
    await pool.query(`update event_head set seq = 3 where event_id = $1`, [eventId]);
    assert.deepStrictEqual(await problems(), [
      '3: the head stands at 3 and the journal ends at 4',
      '3: booking 3: totalMinor is 1 in the tables and 4500 in the journal',
      '3: booking 3: live seats are [8] in booked_seat and [7] in the journal',
      '40: booking 40: booked_seat has seats of a booking that is not in the table booking',
    ]);
    await pool.query(`delete from booked_seat where event_id = $1`, [eventId]);
    await pool.query(`delete from booking where event_id = $1`, [eventId]);
    await pool.query(`delete from event_head where event_id = $1`, [eventId]);
    assert.deepStrictEqual(await problems(), [
      'null: the event has no head: nobody can own it',
      '3: booking 3: the tables lack a booking that the journal has',
    ]);
    assert.ok((await new PostgresJournalAudit(pool).eventIds()).includes(eventId));
  });

  test('[I13] the audit sees what was done to bookings of places', async () => {
    const event = await newEvent(configurationWithAreas);
    const { eventId } = event;
    await event.commit([placesHeld(), bookingConfirmed({ holdSeq: 2, places: { area: 'floor', quantity: 2 } })]);
    const problems = async () => {
      for await (const report of verifyJournal(new PostgresJournalAudit(pool), eventId)) {
        return report.problems.map(({ seq, what }) => `${seq}: ${what}`);
      }
      return [];
    };
    assert.deepStrictEqual(await problems(), []);
    await pool.query(`update booking set area = 'gallery', quantity = 3 where event_id = $1`, [eventId]);
    await pool.query(`insert into booked_seat (event_id, seat, booking_seq) values ($1, 50, 3)`, [eventId]);
    assert.deepStrictEqual(await problems(), [
      '3: booking 3: area is "gallery" in the tables and "floor" in the journal',
      '3: booking 3: quantity is 3 in the tables and 2 in the journal',
      '3: booking 3: live seats are [50] in booked_seat and [] in the journal',
    ]);
    await assert.rejects(pool.query(`update booking set area = null where event_id = $1`, [eventId]), {
      code: '23514',
    });
  });

  test('the audit reads a journal of many pages in order', async () => {
    const event = await newEvent();
    const batches = 130;
    for (let index = 0; index < batches; index += 1) await event.commit([seatsHeld({ seats: [index % 100] })]);
    const firstSeqs: number[] = [];
    for await (const batch of new PostgresJournalAudit(pool).history(event.eventId, 120))
      firstSeqs.push(batch.firstSeq);
    assert.deepStrictEqual(
      firstSeqs,
      Array.from({ length: 120 }, (_, index) => index + 1),
    );
  });
});

function transientFailure(code: string): (error: unknown) => boolean {
  return (error) =>
    error instanceof StatementFailed &&
    error.transient &&
    error.cause instanceof DatabaseError &&
    error.cause.code === code;
}
