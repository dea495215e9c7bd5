import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { must } from '../lib/must.js';
import { systemRandom } from '../lib/random.js';
import { emptyTestDatabase, type TestDatabase } from '../store/testing/postgres.js';
import { Installation } from './testing/installation.js';
import { assertJournalVerified } from './testing/journal-text.js';
import { saleLimits } from './testing/sale.js';
import { accepted, rejected, type Subprotocol, subprotocols, WireClient } from './testing/wire-client.js';

// Best available, seen from sockets. The hall has rows of 100 seats one behind the other; the middle of the first row is nearest
// to the stage. Which seats are best is tested in seatmap/: here, that the frames carry it.

let database: TestDatabase;
let installation: Installation;

before(async () => {
  database = await emptyTestDatabase();
  installation = await Installation.start({ databaseUrl: database.url });
});

after(async () => {
  await assertJournalVerified(installation);
  await installation.remove();
  await database.drop();
});

const newCommandId = (): string => systemRandom.id(12);

async function newBuyer(subprotocol?: Subprotocol): Promise<WireClient> {
  return WireClient.connect(installation.liveUrl, (await installation.guest()).token, subprotocol);
}

function areAdjacent(seats: readonly number[]): boolean {
  const sorted = seats.toSorted((a, b) => a - b);
  const [first = 0] = sorted;
  return (
    sorted.every((seat, at) => seat === first + at) &&
    Math.floor(first / 100) === Math.floor((sorted.at(-1) ?? 0) / 100)
  );
}

for (const subprotocol of subprotocols) {
  test(`${subprotocol}: the best seats are held like any others, and a repeat gets the same ones`, async () => {
    const eventId = await installation.createEvent({ seats: 300 });
    const buyer = await newBuyer(subprotocol);
    const commandId = newCommandId();
    const best = accepted(await buyer.holdBest(eventId, commandId, { quantity: 3 }));
    assert.equal(best.body.seats.length, 3);
    assert.ok(areAdjacent(best.body.seats));
    assert.equal(best.body.totalMinor, 3000);
    const again = accepted(await buyer.holdBest(eventId, commandId, { quantity: 3 }));
    assert.deepEqual([again.position, again.body.seats], [best.position, best.body.seats]);
    rejected(await buyer.holdBest(eventId, commandId, { quantity: 2 }), '412 idempotency_mismatch');

    const near = accepted(await buyer.holdBest(eventId, newCommandId(), { quantity: 2, near: 250 }));
    assert.ok(near.body.seats.includes(250) && areAdjacent(near.body.seats));
    rejected(await buyer.holdBest(eventId, newCommandId(), { quantity: 2, near: 300 }), '404 unknown_seat');
    for (const nowhere of [{ categories: ['none'] }, { sections: ['none'] }, { accessible: 1 }]) {
      rejected(await buyer.holdBest(eventId, newCommandId(), { quantity: 1, ...nowhere }), '409 not_available');
    }
    rejected(await buyer.holdBest(eventId, newCommandId(), { quantity: 9 }), '413 limit_exceeded');
    rejected(await buyer.holdBest(eventId, newCommandId(), { quantity: 1, accessible: 2 }), '400 bad_frame');
    await buyer.close();
  });
}

test('a refused hold offers up to three alternatives of its size that can be held', async () => {
  const eventId = await installation.createEvent({ seats: 300, limits: saleLimits });
  const [ann, bob] = [await newBuyer(), await newBuyer('usher.v1.json')];
  accepted(await ann.hold(eventId, newCommandId(), [50, 51]));
  const { details } = rejected(await bob.hold(eventId, newCommandId(), [51, 52]), '409 seat_taken');
  assert.deepEqual(details.seats, [51]);
  const alternatives = must(details.alternatives, 'alternatives');
  assert.ok(alternatives.length > 0 && alternatives.length <= 3);
  for (const seats of alternatives) {
    assert.equal(seats.length, 2);
    assert.ok(areAdjacent(seats));
    accepted(await bob.hold(eventId, newCommandId(), seats));
  }
  await Promise.all([ann.close(), bob.close()]);
});

test('a group is split only where it may be', async () => {
  const eventId = await installation.createEvent({ seats: 12, limits: { ...saleLimits, seatsPerHold: 12 } });
  const buyer = await newBuyer();
  accepted(await buyer.hold(eventId, newCommandId(), [5, 6]));
  const { details } = rejected(await buyer.holdBest(eventId, newCommandId(), { quantity: 6 }), '409 not_available');
  assert.equal(details.alternatives?.[0]?.length, 6, 'the split group is offered instead');
  const split = accepted(await buyer.holdBest(eventId, newCommandId(), { quantity: 6, together: false }));
  assert.equal(new Set(split.body.seats).size, 6);
  assert.ok(!split.body.seats.some((seat) => seat === 5 || seat === 6));
  await buyer.close();
});

test('rivals who want the best at the same time each get seats of their own', async () => {
  const eventId = await installation.createEvent({ seats: 200 });
  const rivals = await Promise.all(Array.from({ length: 60 }, (_, at) => newBuyer(subprotocols[at % 2])));
  const answers = await Promise.all(rivals.map((rival) => rival.holdBest(eventId, newCommandId(), { quantity: 4 })));
  const seats = answers.flatMap((answer) => (answer.kind === 'accepted' ? answer.body.seats : []));
  assert.equal(new Set(seats).size, seats.length);
  assert.equal(seats.length, 200, 'until nothing is left');
  for (const answer of answers) if (answer.kind === 'rejected') rejected(answer, '409 not_available');
  await Promise.all(rivals.map((rival) => rival.close()));
});
