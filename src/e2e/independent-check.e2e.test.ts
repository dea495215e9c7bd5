import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Client } from 'pg';
import type { Op, Operation } from '../../checker/history.js';
import { must } from '../lib/must.js';
import { systemRandom } from '../lib/random.js';
import { emptyTestDatabase, type TestDatabase } from '../store/testing/postgres.js';
import { checkDatabase } from './testing/independent-check.js';
import { Installation } from './testing/installation.js';
import { recording } from './testing/recording.js';
import { WatchedMap } from './testing/watched-map.js';
import { accepted, rejected, WireClient } from './testing/wire-client.js';

// Every test of a whole server ends with the independent checker. Here it is shown that it would object: the same run, told
// otherwise in one place.

let database: TestDatabase;
let installation: Installation;
let operations: readonly Operation[];
let isRemoved = false;

const newCommandId = (): string => systemRandom.id(12);

before(async () => {
  database = await emptyTestDatabase();
  installation = await Installation.start({ databaseUrl: database.url });
  const eventId = await installation.createEvent({ seats: 20, areas: { floor: 5 } });
  const [ann, bob] = [await installation.guest(), await installation.guest()];
  const client = await WireClient.connect(installation.liveUrl, ann.token);
  const rival = await WireClient.connect(installation.liveUrl, bob.token, 'usher.v1.json');
  const map = new WatchedMap(eventId);
  await map.watch(rival);
  await new WatchedMap(eventId).watch(client);
  const { holdId } = accepted(await client.hold(eventId, newCommandId(), [3, 4])).body;
  rejected(await rival.hold(eventId, newCommandId(), [4, 5]), '409 seat_taken');
  accepted(await client.extend(eventId, newCommandId(), holdId));
  accepted(await client.myHolds(eventId));
  const post = async (path: string, body: object): Promise<void> => {
    const given = { token: ann.token, key: newCommandId(), body };
    assert.equal((await installation.live('POST', `/v1/events/${eventId}/holds${path}`, given)).status, 201);
  };
  await post('', { area: 'floor', quantity: 2 });
  await post(`/${holdId}/confirm`, { orderRef: 'order' });
  for (const number of [9, 6]) await client.frame((frame) => frame[0] === number, `frame ${number}`);
  const { position } = await installation.seats(eventId);
  await map.reached(position[1]);
  operations = recording.operations();
});

after(async () => {
  if (!isRemoved) await installation.remove();
  await database.drop();
});

test('what clients did and saw was recorded, and breaks nothing', async () => {
  const ops: readonly Op[] = ['hold', 'holdArea', 'extend', 'confirm', 'myHolds', 'subscribe', 'snapshot', 'delta'];
  for (const op of [...ops, 'holdChanged', 'holdEnded'])
    assert.ok(
      operations.some((one) => one.op === op),
      op,
    );
  await checkDatabase(database.url, operations, true);
});

type Alter = (operation: Operation) => Operation | null;

const answerOf = (operation: Operation): { position: [number, number]; body: Record<string, unknown> } =>
  must(
    (structuredClone(operation.output) as { ok?: { position: [number, number]; body: Record<string, unknown> } }).ok,
    'an answer',
  );

/** What is told otherwise of the first operation of its kind that was accepted or seen. */
const lies: Readonly<Record<string, readonly [op: Op, alter: Alter, invariant: string]>> = {
  'an answer names another seat': [
    'hold',
    (one) => ({ ...one, output: { ok: { ...answerOf(one), body: { ...answerOf(one).body, seats: [3, 5] } } } }),
    'I6',
  ],
  'what was accepted is told as refused': [
    'holdArea',
    (one) => ({ ...one, output: { refused: { code: 'not_available', details: {} } } }),
    'I7',
  ],
  'nobody sent what is in the journal': ['extend', () => null, 'I7'],
  'a delta shows a seat as free that is held': [
    'delta',
    (one) => ({ ...one, output: { ok: { ...answerOf(one), body: { ...answerOf(one).body, seats: [3, 0, 4, 1] } } } }),
    'I9',
  ],
  'an answer is of a change that is not there': [
    'confirm',
    (one) => ({ ...one, output: { ok: { ...answerOf(one), position: [1, 1_000] } } }),
    'I6',
  ],
};

for (const [what, [op, alter, invariant]] of Object.entries(lies)) {
  test(`[${invariant}] ${what}: the checker objects, and what it read is kept to be checked again`, async () => {
    const told = operations.find((one) => one.op === op && 'ok' in one.output);
    const altered = operations.flatMap((one) => (one === told ? (alter(one) ?? []) : one));
    const error: unknown = await checkDatabase(database.url, altered, true).catch((reason: unknown) => reason);
    assert.ok(error instanceof Error, 'it found nothing');
    assert.match(error.message, new RegExp(`^ {2}${invariant}\\b`, 'm'));
    const [, words = ''] = /^Check it again: npm run check:history -- (.+)$/m.exec(error.message) ?? [];
    const main = fileURLToPath(new URL('../../checker/main.js', import.meta.url));
    const { status, stdout } = spawnSync(process.execPath, [main, ...words.split(' ')], { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stdout, new RegExp(`^ {2}${invariant}\\b`, 'm'));
    rmSync(dirname(must(words.split(' ')[1], 'a file')), { recursive: true });
  });
}

test('[I13] a test whose tables say something else than the journal fails at its end', async () => {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(`update booking set order_ref = 'another'`);
  await client.end();
  isRemoved = true;
  const error: unknown = await installation.remove().catch((reason: unknown) => reason);
  assert.ok(error instanceof Error);
  assert.match(error.message, /I13, change \d+: booking \S+ has orderRef "another" in the tables/);
  const [, file = ''] = /--evidence (\S+)/.exec(error.message) ?? [];
  rmSync(dirname(file), { recursive: true });
});
