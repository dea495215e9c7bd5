import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { must } from '../lib/must.js';
import { systemRandom } from '../lib/random.js';
import { Installation } from './testing/installation.js';
import { assertJournalVerified, readJournal } from './testing/journal-text.js';
import { timeless } from './testing/sale.js';
import type { Guest } from './testing/venue.js';
import { type Accepted, accepted, type Answer, ConnectionLost, rejected, WireClient } from './testing/wire-client.js';

// A commandId that was accepted is answered again as it was (protocol page, sections 3 and 4), whatever lies between.

let installation: Installation;
let eventId: string;
let guest: Guest;
let client: WireClient;

before(async () => {
  installation = await Installation.start();
  eventId = await installation.createEvent({ seats: 60, limits: { holdsPerHolder: 20, seatsPerHolder: 60 } });
  guest = await installation.guest();
  client = await WireClient.connect(installation.liveUrl, guest.token);
});

after(() => installation.remove());

const newCommandId = (): string => systemRandom.id(12);

interface Deed {
  readonly what: string;
  readonly ask: (on: WireClient) => Promise<Answer<object>>;
  readonly first: Accepted<object>;
}

/** One command of each kind that holders have, each with its first answer. */
async function oneOfEach(seats: readonly [number, number, number]): Promise<readonly Deed[]> {
  const deeds: Deed[] = [];
  const perform = async <Body extends object>(
    what: string,
    ask: (on: WireClient) => Promise<Answer<Body>>,
  ): Promise<Body> => {
    const first = accepted(await ask(client));
    deeds.push({ what, ask, first });
    return first.body;
  };
  const ids = { hold: newCommandId(), extend: newCommandId(), release: newCommandId(), confirm: newCommandId() };
  const { holdId } = await perform('hold', (on) => on.hold(eventId, ids.hold, seats));
  await perform('extend', (on) => on.extend(eventId, ids.extend, holdId));
  await perform('release', (on) => on.release(eventId, ids.release, holdId, [seats[1]]));
  await perform('confirm', (on) => on.confirm(eventId, ids.confirm, holdId, `Order ${holdId}`));
  return deeds;
}

async function assertRepeated(deeds: readonly Deed[], on: WireClient): Promise<void> {
  for (const { what, ask, first } of deeds) {
    assert.deepEqual(timeless(accepted(await ask(on))), timeless(first), what);
  }
}

test('a repeat gets the first answer and position: on the same socket, on another, and after a reconnect', async () => {
  const deeds = await oneOfEach([0, 1, 2]);
  await assertRepeated(deeds, client);

  const another = await WireClient.connect(installation.liveUrl, guest.token, 'usher.v1.json');
  await assertRepeated(deeds, another);
  await another.close();

  await client.close();
  client = await WireClient.connect(installation.liveUrl, guest.token);
  await assertRepeated(deeds, client);
  const changes = (await readJournal(installation, eventId)).filter((line) => line.by?.holderId === guest.holderId);
  assert.equal(changes.length, deeds.length, 'a repeat changes nothing');
});

test('a repeat while the first is still under way waits with it', async () => {
  const commandId = newCommandId();
  const answers = await Promise.all([1, 2, 3].map(() => client.hold(eventId, commandId, [20, 21])));
  const [first, ...others] = answers.map((answer) => timeless(accepted(answer)));
  for (const other of others) assert.deepEqual(other, first);
});

test('[I7] a command whose socket was cut before the answer came: a repeat says what became of it, and it happened once', async () => {
  for (let seat = 40; seat < 50; seat += 1) {
    const commandId = newCommandId();
    const doomed = await WireClient.connect(installation.liveUrl, guest.token);
    const lost = assert.rejects(doomed.hold(eventId, commandId, [seat]), ConnectionLost);
    await doomed.cut();
    await lost;
    const { holdId } = accepted(await client.hold(eventId, commandId, [seat])).body;
    accepted(await client.release(eventId, newCommandId(), holdId));
  }
  const holds = (await readJournal(installation, eventId)).filter(
    ({ kind, seats }) => kind === 'SeatsHeld' && (seats[0] ?? 0) >= 40,
  );
  assert.equal(holds.length, 10);
});

test('the time that is left is that of now, and 0 once the hold has ended', async () => {
  const commandId = newCommandId();
  const first = accepted(await client.hold(eventId, commandId, [22]));
  const again = accepted(await client.hold(eventId, commandId, [22]));
  assert.ok(again.body.expiresInMs > 0 && again.body.expiresInMs <= first.body.expiresInMs);
  accepted(await client.release(eventId, newCommandId(), first.body.holdId));
  const late = accepted(await client.hold(eventId, commandId, [22]));
  assert.equal(late.body.expiresInMs, 0);
  assert.deepEqual(timeless(late), timeless(first));
});

test('412 idempotency_mismatch: the same commandId with another payload, of the same kind or of another', async () => {
  const commandId = newCommandId();
  const first = accepted(await client.hold(eventId, commandId, [23, 24]));
  rejected(await client.hold(eventId, commandId, [23]), '412 idempotency_mismatch');
  rejected(await client.hold(eventId, commandId, [24, 23]), '412 idempotency_mismatch');
  rejected(await client.extend(eventId, commandId, first.body.holdId), '412 idempotency_mismatch');
  rejected(await client.release(eventId, commandId, first.body.holdId), '412 idempotency_mismatch');
  rejected(await client.confirm(eventId, commandId, first.body.holdId, 'o'), '412 idempotency_mismatch');
  const holds = accepted(await client.myHolds(eventId)).body.holds;
  assert.deepEqual(holds.find((hold) => hold.holdId === first.body.holdId)?.seats, [23, 24], 'nothing happened to it');
});

test('a commandId is its holder’s own: another holder’s is independent', async () => {
  const commandId = newCommandId();
  const mine = accepted(await client.hold(eventId, commandId, [25]));
  const stranger = await WireClient.connect(installation.liveUrl, (await installation.guest()).token);
  rejected(await stranger.hold(eventId, commandId, [25]), '409 seat_taken');
  const theirs = accepted(await stranger.hold(eventId, commandId, [26]));
  assert.notEqual(theirs.body.holdId, mine.body.holdId);
  await stranger.close();
});

test('a refusal is not remembered: the same commandId is decided anew', async () => {
  const stranger = await WireClient.connect(installation.liveUrl, (await installation.guest()).token);
  const { holdId } = accepted(await stranger.hold(eventId, newCommandId(), [27])).body;
  const commandId = newCommandId();
  rejected(await client.hold(eventId, commandId, [27]), '409 seat_taken');
  accepted(await stranger.release(eventId, newCommandId(), holdId));
  accepted(await client.hold(eventId, commandId, [27]));
  await stranger.close();
});

test('confirming one’s own confirmed hold under a new commandId is the same booking', async () => {
  const { holdId } = accepted(await client.hold(eventId, newCommandId(), [28, 29])).body;
  const first = accepted(await client.confirm(eventId, newCommandId(), holdId, 'Order 7'));
  const again = accepted(await client.confirm(eventId, newCommandId(), holdId, 'Order 7'));
  assert.deepEqual(again, first);
  const stranger = await WireClient.connect(installation.liveUrl, (await installation.guest()).token);
  rejected(await stranger.confirm(eventId, newCommandId(), holdId, 'Order 7'), '404 unknown_hold');
  await stranger.close();
});

test('[I6] all of that holds across kill -9 and a new start', async () => {
  const deeds = await oneOfEach([30, 31, 32]);
  const openId = newCommandId();
  const open = accepted(await client.hold(eventId, openId, [33]));

  await installation.stop('SIGKILL');
  await installation.startAgain();
  client = await WireClient.connect(installation.liveUrl, guest.token, 'usher.v1.json');

  await assertRepeated(deeds, client);
  const again = accepted(await client.hold(eventId, openId, [33]));
  assert.deepEqual(timeless(again), timeless(open));
  assert.ok(again.body.expiresInMs > 0);
  rejected(await client.hold(eventId, openId, [34]), '412 idempotency_mismatch');
  const confirm = deeds.find((deed) => deed.what === 'confirm');
  const { holdId } = must(deeds[0], 'the hold').first.body as { holdId: string };
  const confirmedAgain = accepted(await client.confirm(eventId, newCommandId(), holdId, 'Another order'));
  assert.deepEqual(confirmedAgain, confirm?.first, 'a new commandId, a new activation, the same booking');
  await assertJournalVerified(installation);
});
