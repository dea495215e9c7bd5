import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { DatabaseError } from 'pg';
import { must } from '../lib/must.js';
import { createPools, type Pools } from './pool.js';
import type { Queryable } from './queryable.js';
import { emptyTestDatabase, type TestDatabase } from './testing/postgres.js';
import { quietLog } from './testing/quiet-log.js';
import { startTestServer, type TestServer } from './testing/server.js';

async function value(connection: Queryable, text: string): Promise<unknown> {
  const { rows } = await connection.query<{ value: unknown }>({ text });
  return must(rows[0], 'a row').value;
}

const sessionOf = (connection: Queryable): Promise<unknown> => value(connection, 'select pg_backend_pid() as value');

describe('connections', () => {
  let database: TestDatabase;
  let pools: Pools;

  beforeEach(async () => {
    database = await emptyTestDatabase();
    pools = createPools(database.url, { log: quietLog });
  });

  afterEach(async () => {
    await pools.close();
    await database.drop();
  });

  test('[I6] every session commits to disk before it answers, whatever the database says', async () => {
    const name = new URL(database.url).pathname.slice(1);
    await pools.read.query({ text: `alter database ${name} set synchronous_commit = off` });
    await pools.read.query({ text: `alter database ${name} set default_transaction_isolation = 'serializable'` });
    const fresh = createPools(database.url, { log: quietLog });
    for (const connection of [fresh.append, fresh.read]) {
      assert.equal(await value(connection, "select current_setting('synchronous_commit') as value"), 'on');
      assert.equal(
        await value(connection, "select current_setting('transaction_isolation') as value"),
        'read committed',
      );
      assert.equal(await value(connection, "select current_setting('statement_timeout') as value"), '10s');
      assert.match(String(await value(connection, "select current_setting('application_name') as value")), /^usher /);
    }
    await fresh.close();
  });

  test('appends have one session, which no read shares', async () => {
    const append = await sessionOf(pools.append);
    const reads = await Promise.all(Array.from({ length: 20 }, () => sessionOf(pools.read)));
    assert.equal(await sessionOf(pools.append), append);
    assert.ok(!reads.includes(append));
    assert.ok(new Set(reads).size <= 4);
  });

  test('statements of the append connection run in the order asked', async () => {
    await pools.append.query({ text: 'create table line (place serial, word text)' });
    const words = Array.from({ length: 50 }, (_, index) => `w${index}`);
    await Promise.all(
      words.map((word) =>
        pools.append.query({ name: 'add', text: 'insert into line (word) values ($1)', values: [word] }),
      ),
    );
    assert.equal(
      await value(pools.append, "select string_agg(word, ',' order by place) as value from line"),
      words.join(),
    );
  });

  for (const which of ['append', 'read'] as const) {
    test(`${which}: a statement that fails costs its session, and the next one succeeds on a new one`, async () => {
      const old = await sessionOf(pools[which]);
      await assert.rejects(pools[which].query({ text: 'select 1 / 0' }), DatabaseError);
      assert.notEqual(await sessionOf(pools[which]), old);
    });

    test(`${which}: a session that the server ends is replaced, prepared statements and all`, async () => {
      const prepared = { name: 'answer', text: 'select $1::integer as value', values: [42] };
      await pools[which].query(prepared);
      const old = Number(await sessionOf(pools[which]));
      const other = createPools(database.url, { log: quietLog });
      await other.read.query({ text: 'select pg_terminate_backend($1, 5000)', values: [old] });
      await other.close();
      // Whether our side has noticed yet is a race: at most one statement pays for it.
      const { rows } = await pools[which].query(prepared).catch(() => pools[which].query(prepared));
      assert.deepEqual(rows, [{ value: 42 }]);
      assert.notEqual(await sessionOf(pools[which]), old);
    });

    test(`${which}: a statement that runs too long is ended by the server`, async () => {
      await assert.rejects(pools[which].query({ text: 'set statement_timeout = 50; select pg_sleep(60)' }), {
        code: '57014',
      });
      assert.equal(await value(pools[which], 'select 42 as value'), 42);
    });
  }

  test('a closed connection refuses', async () => {
    await pools.append.query({ text: 'select' });
    const late = createPools(database.url, { log: quietLog });
    await late.close();
    await assert.rejects(late.append.query({ text: 'select' }), /closed/);
  });
});

describe('a server that goes away', () => {
  let server: TestServer;

  before(async () => {
    server = await startTestServer();
  });

  after(async () => {
    await server.remove();
  });

  /** A killed server's sessions may answer once more before they notice; then every query is refused. */
  const refusal = async (connection: Queryable, statement: { text: string; values: unknown[] }): Promise<void> => {
    for (;;) {
      try {
        await connection.query(statement);
      } catch {
        return;
      }
    }
  };

  for (const ending of ['fast', 'immediate', 'kill'] as const) {
    test(`[I6] is reached again after its end (${ending}), on both sides`, async () => {
      const pools = createPools(server.url, { log: quietLog });
      const prepared = { name: 'answer', text: 'select $1::integer as value', values: [42] };
      await Promise.all([pools.append.query(prepared), pools.read.query(prepared)]);
      await server.stop(ending);
      await refusal(pools.append, prepared);
      await refusal(pools.read, prepared);
      await server.start();
      assert.deepEqual((await pools.append.query(prepared)).rows, [{ value: 42 }]);
      assert.deepEqual((await pools.read.query(prepared)).rows, [{ value: 42 }]);
      await pools.close();
    });
  }
});
