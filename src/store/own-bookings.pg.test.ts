import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { bookingCancelled, bookingConfirmed, placesHeld, sampleAtMs, seatsHeld } from '../journal/testing/changes.js';
import { configurationWithAreas } from '../journal/testing/configuration.js';
import { EventScript } from '../journal/testing/event-script.js';
import { Catalogue } from './catalogue.js';
import { PostgresJournalStore } from './journal-store.js';
import { LeaseStore } from './lease-store.js';
import { OwnBookings } from './own-bookings.js';
import { createPools, type Pools } from './pool.js';
import { ownBookings } from './sql/own-bookings.js';
import { type TestDatabase, testDatabase } from './testing/postgres.js';
import { registeredNode } from './testing/registered-node.js';
import { quietLog } from './testing/quiet-log.js';

describe('own bookings', () => {
  let database: TestDatabase;
  let pools: Pools;

  const openEvent = async (eventId: string): Promise<EventScript> => {
    const event = { eventId, name: eventId, startsAtMs: 4e12, configuration: configurationWithAreas };
    assert.ok(await new Catalogue(pools.read).insertEvent(event, null));
    return EventScript.activate(new PostgresJournalStore(pools.append, pools.read), eventId);
  };

  /** Ann: seats 1 and 2 of `one`, then seat 5 of `one`, cancelled, then two places of `two`. Bob: seat 3 of `one`. */
  before(async () => {
    database = await testDatabase();
    pools = createPools(database.url, { log: quietLog });
    const { chartId, chartVersion, seatCount } = configurationWithAreas;
    const chart = { chartId, chartVersion, name: 'Hall', seatCount, areaCount: 2, body: '{}' };
    await new Catalogue(pools.read).insertChart(chart, null);
    await new LeaseStore(pools.append).register(registeredNode('script'), 600_000);
    const [one, two] = [await openEvent('one'), await openEvent('two')];
    const atMs = sampleAtMs;
    await one.commit([
      seatsHeld({ seats: [2, 1] }),
      bookingConfirmed({ holderId: 'ann', holdSeq: 2, seats: [2, 1] }),
      seatsHeld({ seats: [3], atMs: atMs + 1 }),
      bookingConfirmed({ holderId: 'bob', holdSeq: 4, seats: [3], atMs: atMs + 1 }),
      seatsHeld({ seats: [5], atMs: atMs + 2 }),
      bookingConfirmed({ holderId: 'ann', holdSeq: 6, seats: [5], atMs: atMs + 2 }),
    ]);
    await one.commit([bookingCancelled(7, [5], atMs + 3)]);
    const places = { area: 'floor', quantity: 2 };
    await two.commit([
      placesHeld({ places, atMs: atMs + 4 }),
      bookingConfirmed({ holderId: 'ann', holdSeq: 2, places, atMs: atMs + 4 }),
    ]);
  });
  after(async () => {
    await pools.close();
    await database.drop();
  });

  test('GET /v1/bookings: the live bookings of one holder over all events, newest first, of seats and of places', async () => {
    const bookings = new OwnBookings(pools.read);
    const common = { currency: 'EUR', orderRef: 'order 2', totalMinor: 9000 };
    const ofAnn = [
      {
        ...common,
        bookingId: 'B2-3',
        eventId: 'two',
        seats: [],
        area: 'floor',
        quantity: 2,
        bookedAtMs: sampleAtMs + 4,
      },
      { ...common, bookingId: 'B2-3', eventId: 'one', seats: [2, 1], bookedAtMs: sampleAtMs },
    ];
    assert.deepStrictEqual(await bookings.of('ann', 10), ofAnn);
    assert.deepStrictEqual(await bookings.of('ann', 1), ofAnn.slice(0, 1));
    assert.deepStrictEqual(
      (await bookings.of('bob', 10)).map(({ bookingId, seats }) => [bookingId, seats]),
      [['B2-5', [3]]],
    );
    assert.deepStrictEqual(await bookings.of('nobody', 10), []);
  });

  test('they are found by the index of the holder’s bookings, however many others there are', async () => {
    await pools.read.query({
      text: `
        insert into booking (
          event_id, booking_seq, epoch, hold_epoch, hold_seq, holder_id, command_id, seats, total_minor, currency, order_ref,
          booked_at_ms)
        select 'three', n, 2, 2, n, 'holder-' || n, 'command', '{1}', 1, 'EUR', '', n from generate_series(1, 20000) n`,
    });
    await pools.read.query({ text: 'analyze booking' });
    const { rows } = await pools.read.query<{ 'QUERY PLAN': string }>({
      text: `explain ${ownBookings.text}`,
      values: ['ann', 100],
    });
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    assert.match(plan, /Index Scan Backward using booking_of_holder/, plan);
  });
});
