import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemRandom } from '../lib/random.js';
import { freezePostgres } from './testing/frozen-postgres.js';
import { Installation } from './testing/installation.js';
import { assertJournalVerified, readJournal } from './testing/journal-text.js';
import { WatchedMap } from './testing/watched-map.js';
import { accepted, ConnectionLost, rejected, type Subprotocol, WireClient } from './testing/wire-client.js';

// Postgres stands still for a moment, so that decisions are made and none is committed: nothing may leave that rests on them.

let installation: Installation;
let eventId: string;
/** An event that nothing happens in, on the same shard: what it answers, it answers after all that was asked before. */
let quietEventId: string;
let ann: WireClient;
let bob: WireClient;
let map: WatchedMap;

before(async () => {
  installation = await Installation.start({ env: { USHER_SHARDS: '1', USHER_LOG_LEVEL: 'silent' } });
  eventId = await installation.createEvent({ seats: 8 });
  quietEventId = await installation.createEvent({ seats: 8 });
  ann = await newClient('usher.v1.msgpack');
  bob = await newClient('usher.v1.json');
  map = new WatchedMap(eventId);
  await map.watch(bob);
  await askShard();
});

after(() => installation.remove());

const newCommandId = (): string => systemRandom.id(12);

async function newClient(subprotocol: Subprotocol): Promise<WireClient> {
  return WireClient.connect(installation.liveUrl, (await installation.guest()).token, subprotocol);
}

/** Resolves when the shard has handled everything that Ann and Bob have asked before, and what it had to say has come. */
async function askShard(): Promise<void> {
  for (const client of [ann, bob]) accepted(await client.myHolds(quietEventId));
}

/** Follows answers without waiting for them. */
function track(asked: readonly Promise<unknown>[]): { readonly answered: number } {
  const state = { answered: 0 };
  const count = (): void => {
    state.answered += 1;
  };
  for (const answer of asked) answer.then(count, count);
  return state;
}

test('[I10] acceptances, refusals, own holds and maps wait for the commit that they rest on', async () => {
  accepted(await ann.hold(eventId, newCommandId(), [0]));
  const postgres = freezePostgres(installation.server.dataDir);
  const commandId = newCommandId();
  const held = ann.hold(eventId, commandId, [1, 2]);
  const repeated = ann.hold(eventId, commandId, [1, 2]);
  const owned = ann.myHolds(eventId);
  const mismatched = ann.hold(eventId, commandId, [3]);
  await askShard();
  const refused = bob.hold(eventId, newCommandId(), [2, 3]);
  const late = new WatchedMap(eventId);
  const watched = late.watch(ann);
  const pending = track([held, repeated, owned, mismatched, refused, watched]);
  await askShard();
  assert.equal(pending.answered, 0);
  assert.deepEqual(map.states.slice(1, 4), [0, 0, 0]);

  postgres.thaw();
  const { body, position } = accepted(await held);
  assert.equal(accepted(await repeated).body.holdId, body.holdId);
  assert.deepEqual(
    accepted(await owned).body.holds.map((hold) => hold.seats),
    [[0], [1, 2]],
  );
  rejected(await mismatched, '412 idempotency_mismatch');
  assert.deepEqual(rejected(await refused, '409 seat_taken').details.seats, [2]);
  await watched;
  for (const view of [map, late]) {
    await view.reached(position[1]);
    view.assertSound();
    assert.deepEqual(view.states.slice(0, 4), [1, 1, 1, 0]);
  }
});

test('[I6] [I7] killed with all of that in the air, it has told nobody anything that is not so', async () => {
  const postgres = freezePostgres(installation.server.dataDir);
  const commandId = newCommandId();
  const held = ann.hold(eventId, commandId, [5]);
  await askShard();
  const refused = bob.hold(eventId, newCommandId(), [5]);
  const pending = track([held, refused]);
  await askShard();
  assert.equal(pending.answered, 0);
  await installation.stop('SIGKILL');
  postgres.kill();
  for (const answer of [held, refused]) await assert.rejects(answer, ConnectionLost);

  await installation.startAgain();
  bob = await newClient('usher.v1.json');
  const journal = await readJournal(installation, eventId);
  assert.ok(!journal.some((line) => line.by?.commandId === commandId), 'it was decided, but never written');
  accepted(await bob.hold(eventId, newCommandId(), [5]));
  await assertJournalVerified(installation);
});
