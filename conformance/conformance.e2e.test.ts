import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Installation } from '../src/e2e/testing/installation.js';
import { emptyTestDatabase, type TestDatabase } from '../src/store/testing/postgres.js';
import { verdicts } from './suite.js';

let database: TestDatabase;
let installation: Installation;

before(async () => {
  database = await emptyTestDatabase();
  installation = await Installation.start({
    databaseUrl: database.url,
    env: {
      USHER_RATE_LIMIT: 'on',
      USHER_CONNECTIONS_PER_ADDRESS: '10000',
      USHER_SESSIONS_PER_ADDRESS: '10000',
    },
  });
});

after(async () => {
  await installation.remove();
  await database.drop();
});

test('our own server keeps every rule of the conformance suite', async (t) => {
  const { server, liveUrl, adminToken } = installation;
  const addresses = { webUrl: server.webUrl.replace(/\/$/, ''), liveUrl, adminToken };
  for await (const { name, outcome, detail } of verdicts(addresses, new Set(['admin', 'limits']), () => true)) {
    await t.test(name, () => assert.equal(outcome, 'kept', detail ?? ''));
  }
});
