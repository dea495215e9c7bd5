import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { systemTimers } from '../../lib/timers.js';
import { Catalogue } from '../../store/catalogue.js';
import { type StartedControlPlane, startControlPlane } from '../testing/start-control-plane.js';
import { createDemoEvents, demoEvents } from './demo-events.js';

describe('the demo events', () => {
  let plane: StartedControlPlane;
  const nowMs = Date.parse('2030-01-01T12:34:56Z');

  before(async () => {
    plane = await startControlPlane();
    const catalogue = new Catalogue(plane.pools.read);
    await Promise.all([
      createDemoEvents(catalogue, nowMs, systemTimers),
      createDemoEvents(catalogue, nowMs, systemTimers),
    ]);
    await createDemoEvents(catalogue, nowMs + 1e9, systemTimers);
  });
  after(() => plane.close());

  async function read<Answer>(path: string): Promise<Answer> {
    const response = await plane.get(path);
    assert.equal(response.status, 200);
    return (await response.json()) as Answer;
  }

  test('are made once by however many processes start, the concert hall first', async () => {
    const { events } = await read<{ events: { eventId: string; startsAt: string; seatCount: number }[] }>('/v1/events');
    assert.deepEqual(
      events.map(({ eventId, startsAt, seatCount }) => [eventId, startsAt, seatCount]),
      [
        ['demo', '2030-01-31T19:30:00.000Z', 1744],
        ['demo-round', '2030-02-07T19:30:00.000Z', 5272],
        ['demo-arena', '2030-02-14T19:30:00.000Z', 18_000],
        ['demo-stadium', '2030-02-21T19:30:00.000Z', 60_000],
      ],
    );
  });

  for (const { eventId, currency, prices, venue, limits } of demoEvents) {
    test(`${eventId} is on sale in its house, at the prices of the house's categories`, async () => {
      const event = await read<Record<string, unknown>>(`/v1/events/${eventId}`);
      assert.deepEqual([event['currency'], event['prices']], [currency, prices]);
      assert.equal('onSaleAt' in event || 'closesAt' in event, false);
      assert.equal((event['limits'] as { seatsPerHold: number }).seatsPerHold, limits?.seatsPerHold ?? 8);

      const house = venue();
      assert.deepEqual(Object.keys(prices).sort(), house.categories.map(({ key }) => key).sort());
      const { name, focalPoint, drawing, areas } = await read<Record<string, unknown>>(`/v1/events/${eventId}/chart`);
      const { name: houseName, focalPoint: stage, drawing: drawn, areas: standing } = house;
      assert.deepEqual(
        { name, focalPoint, drawing, areas },
        { name: houseName, focalPoint: stage, drawing: drawn, areas: standing },
      );
    });
  }
});
