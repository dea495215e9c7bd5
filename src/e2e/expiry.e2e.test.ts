import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock } from '../lib/clock.js';
import { must } from '../lib/must.js';
import { systemRandom } from '../lib/random.js';
import { emptyTestDatabase, type TestDatabase } from '../store/testing/postgres.js';
import { Installation } from './testing/installation.js';
import { assertJournalVerified, type JournalLine, readJournal } from './testing/journal-text.js';
import { WatchedMap } from './testing/watched-map.js';
import { accepted, rejected, WireClient } from './testing/wire-client.js';

// A hold ends by time when its deadline has passed, never before, and at most a second later (decisions 9 and 10). The journal's
// own times are compared, so that a slow test machine proves nothing wrong and nothing right.

const lateMaxMs = 1000;

let database: TestDatabase;
let installation: Installation;

before(async () => {
  database = await emptyTestDatabase();
  installation = await Installation.start({ databaseUrl: database.url });
});

after(async () => {
  await installation.remove();
  await database.drop();
});

const newCommandId = (): string => systemRandom.id(12);

async function newBuyer(): Promise<WireClient> {
  return WireClient.connect(installation.liveUrl, (await installation.guest()).token);
}

/** How long after its deadline each hold that ran out was ended. */
function latenesses(journal: readonly JournalLine[]): number[] {
  const deadlines = new Map<string, number>();
  const late: number[] = [];
  for (const { kind, subject, untilMs, atMs } of journal) {
    if (untilMs !== null) deadlines.set(subject, untilMs);
    if (kind === 'HoldExpired') late.push(atMs - must(deadlines.get(subject), `the deadline of ${subject}`));
  }
  return late;
}

function assertInTime(late: readonly number[]): void {
  assert.ok(
    late.every((ms) => ms >= 0 && ms <= lateMaxMs),
    `milliseconds after the deadlines: ${late.join()}`,
  );
}

/** The journal, once so many holds have run out; read from beside, which wakes nobody. */
async function journalWithExpired(eventId: string, holds: number): Promise<readonly JournalLine[]> {
  for (;;) {
    const journal = await readJournal(installation, eventId);
    if (latenesses(journal).length >= holds) return journal;
  }
}

test('[I5] a hold runs out at its deadline, everybody sees the seats free, and its holder’s sockets are all told', async () => {
  const eventId = await installation.createEvent({ seats: 10, holdTtlMs: 1500 });
  const guest = await installation.guest();
  const sockets = await Promise.all([1, 2].map(() => WireClient.connect(installation.liveUrl, guest.token)));
  const asker = must(sockets[0], 'a socket');
  for (const socket of sockets) await new WatchedMap(eventId).watch(socket);
  const stranger = await newBuyer();
  const map = new WatchedMap(eventId);
  await map.watch(stranger);

  const { body, position } = accepted(await asker.hold(eventId, newCommandId(), [2, 3]));
  assert.ok(body.expiresInMs <= 1500);
  await map.reached(position[1]);
  assert.deepEqual(map.states.slice(2, 4), [1, 1]);

  for (const socket of sockets) {
    const ended = await socket.frame((frame) => frame[0] === 6, 'frame 6');
    assert.deepEqual([ended[1], ...ended.slice(3)], [eventId, body.holdId, 'expired', [2, 3]]);
    const endedAt = ended[2] as [number, number];
    await map.reached(endedAt[1]);
  }
  assert.deepEqual(map.states.slice(2, 4), [0, 0]);
  map.assertSound();
  assertInTime(latenesses(await readJournal(installation, eventId)));

  for (const answer of [
    await asker.confirm(eventId, newCommandId(), body.holdId, 'too late'),
    await asker.extend(eventId, newCommandId(), body.holdId),
    await asker.release(eventId, newCommandId(), body.holdId),
  ]) {
    assert.equal(rejected(answer, '410 hold_ended').details.reason, 'expired');
  }
  accepted(await stranger.hold(eventId, newCommandId(), [2, 3]));
  await Promise.all([...sockets, stranger].map((socket) => socket.close()));
});

test('[I5] an extended hold runs out at its new deadline', async () => {
  const eventId = await installation.createEvent({ seats: 10, holdTtlMs: 2000 });
  const buyer = await newBuyer();
  await new WatchedMap(eventId).watch(buyer);
  const { body } = accepted(await buyer.hold(eventId, newCommandId(), [0]));
  accepted(await buyer.extend(eventId, newCommandId(), body.holdId));
  await buyer.frame((frame) => frame[0] === 6, 'frame 6');
  const journal = await readJournal(installation, eventId);
  assertInTime(latenesses(journal));
  const [first, second] = journal.flatMap(({ untilMs }) => (untilMs === null ? [] : [untilMs]));
  assert.ok(must(second, 'the extension') >= must(first, 'the hold'));
  await buyer.close();
});

test('[I5] many holds of different lengths run out in time though nobody is connected any more', async () => {
  const eventIds = await Promise.all(
    [1000, 1300, 2000].map((holdTtlMs) =>
      installation.createEvent({ seats: 100, holdTtlMs, limits: { holdsPerHolder: 50, seatsPerHolder: 100 } }),
    ),
  );
  const buyer = await newBuyer();
  for (let seat = 0; seat < 60; seat += 2) {
    for (const eventId of eventIds) accepted(await buyer.hold(eventId, newCommandId(), [seat, seat + 1]));
  }
  await buyer.close();
  for (const eventId of eventIds) {
    const journal = await journalWithExpired(eventId, 30);
    assertInTime(latenesses(journal));
    assert.deepEqual(new Set((await installation.seats(eventId)).states), new Set([0]));
  }
});

test('[I5] a hold runs out in time though its event has gone to rest and nobody has asked for it since', async () => {
  const holdTtlMs = 6000;
  const eventId = await installation.createEvent({ seats: 10, holdTtlMs });
  const buyer = await newBuyer();
  accepted(await buyer.hold(eventId, newCommandId(), [4]));
  await buyer.close();
  assert.equal(await installation.stop('SIGTERM'), 0);
  await installation.startAgain();
  const startedMs = systemClock.wallMs();

  const journal = await journalWithExpired(eventId, 1);
  assert.ok(!journal.some((line) => line.kind === 'DeadlinesRaised'), 'nothing was lost, so no deadline moves');
  const [late] = latenesses(journal);
  const deadlineMs = must(journal.find((line) => line.untilMs !== null)?.untilMs, 'the deadline');
  // On a machine so slow that the server came back after the deadline, it is late from then on.
  assertInTime([must(late, 'a lateness') - Math.max(0, startedMs - deadlineMs)].map((ms) => Math.max(0, ms)));
  assert.ok(must(late, 'a lateness') >= 0);
  await assertJournalVerified(installation);
});
