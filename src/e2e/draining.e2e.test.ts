import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { must } from '../lib/must.js';
import { systemRandom } from '../lib/random.js';
import { Installation } from './testing/installation.js';
import { assertJournalVerified, readJournal } from './testing/journal-text.js';
import type { Guest } from './testing/venue.js';
import { accepted, type Frame, subprotocols, WireClient } from './testing/wire-client.js';

// How a server ends, and what the next one makes of it.

const holdTtlMs = 20_000;

let installation: Installation;
let eventId: string;
let guest: Guest;
let holdId: string;

before(async () => {
  installation = await Installation.start();
  eventId = await installation.createEvent({ seats: 200, holdTtlMs });
  guest = await installation.guest();
});

after(() => installation.remove());

const newCommandId = (): string => systemRandom.id(12);

async function newClients(count: number): Promise<WireClient[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, at) =>
      WireClient.connect(installation.liveUrl, (await installation.guest()).token, subprotocols[at % 2]),
    ),
  );
}

/** How long the guest's one hold has left, as `my holds` tells it. */
async function timeLeftMs(): Promise<number> {
  const client = await WireClient.connect(installation.liveUrl, guest.token);
  const { holds } = accepted(await client.myHolds(eventId)).body;
  assert.deepEqual(
    holds.map((hold) => hold.holdId),
    [holdId],
  );
  await client.close();
  return must(holds[0], 'the hold').expiresInMs;
}

async function raises(): Promise<number> {
  const journal = await readJournal(installation, eventId);
  return journal.filter((line) => line.kind === 'DeadlinesRaised').length;
}

test('SIGTERM: everybody is told to go, what is pending is answered, 4013, exit code 0', async () => {
  const holder = await WireClient.connect(installation.liveUrl, guest.token);
  ({ holdId } = accepted(await holder.hold(eventId, newCommandId(), [0])).body);
  const clients = [holder, ...(await newClients(11))];
  const ended = once(installation.server.process, 'exit');
  const pending = clients.slice(1).map((client, at) => client.hold(eventId, newCommandId(), [at + 1]));
  installation.server.process.kill('SIGTERM');

  const farewells = await Promise.all(
    clients.map((client) => client.frame((frame: Frame) => frame[0] === 7, 'go away')),
  );
  const waits = farewells.map((frame) => (frame[2] as { retryAfterMs: number }).retryAfterMs);
  assert.equal(new Set(waits).size, clients.length, `each has its own time to come back: ${waits.join()}`);
  assert.ok(waits.every((ms) => Number.isInteger(ms) && ms > 0));
  assert.equal(typeof farewells[0]?.[1], 'string');

  // Until its socket closes, somebody who was told to go may finish what he does.
  const busy = must(clients.at(-1), 'a client');
  accepted(await busy.hold(eventId, newCommandId(), [100]));

  for (const answer of await Promise.all(pending)) accepted(answer);
  assert.deepEqual(new Set(await Promise.all(clients.map((client) => client.closed))), new Set([4013]));
  await ended;
  assert.equal(installation.server.process.exitCode, 0);
});

test('[I5] after SIGTERM nothing was lost, so no deadline moves', async () => {
  await installation.startAgain();
  const leftMs = await timeLeftMs();
  assert.ok(leftMs > 0 && leftMs < holdTtlMs, `expiresInMs is ${leftMs}`);
  assert.equal(await raises(), 0);
  await assertJournalVerified(installation);
});

test('[I5] after kill -9 no hold ends before the recovery + 30 s', async () => {
  await installation.stop('SIGKILL');
  await installation.startAgain();
  const leftMs = await timeLeftMs();
  assert.ok(leftMs > holdTtlMs, `more than it ever had: expiresInMs is ${leftMs}`);
  assert.ok(leftMs <= 30_000);
  const journal = await readJournal(installation, eventId);
  assert.equal(journal.filter((line) => line.kind === 'DeadlinesRaised').length, 1);
  assert.ok(!journal.some((line) => line.kind === 'HoldExpired'));
});

test('a second SIGTERM ends it at once, and the next server starts on what it left', async () => {
  const clients = await newClients(3);
  const ended = once(installation.server.process, 'exit');
  installation.server.process.kill('SIGTERM');
  await Promise.race(clients.map((client) => client.frame((frame) => frame[0] === 7, 'go away')));
  installation.server.process.kill('SIGTERM');
  const codes = await Promise.all(clients.map((client) => client.closed));
  await ended;
  assert.equal(installation.server.process.exitCode, 1, 'it did not end in order');
  // Draining spreads the farewells over seconds; some had not even been told.
  const told = clients.filter((client) => client.frames.some((frame) => frame[0] === 7)).length;
  assert.ok(told < clients.length, `${told} were told, closed with ${codes.join()}`);
  await installation.startAgain();
  assert.ok((await timeLeftMs()) > 0);
  assert.ok((await raises()) <= 2);
  await assertJournalVerified(installation);
});
