/**
 * Holds places of a standing area, gives one back, and buys the rest.
 *
 *     node dist/examples/standing-area.js [eventId] [webUrl]
 */
import { connectUsher, readChart, readEvent, UsherError } from 'usher/client';
import { WebSocket } from 'ws';

const [eventId = 'demo', webUrl = 'http://127.0.0.1:8080'] = process.argv.slice(2);

const [event, chart] = await Promise.all([readEvent(webUrl, eventId), readChart(webUrl, eventId)]);
const client = connectUsher({ liveUrl: event.liveUrl, sessionsUrl: `${webUrl}/v1/sessions`, webSocket: WebSocket });
const map = client.subscribe(eventId);
await map.whenReady;

const room = (area: string) => map.areaOf(area)?.free ?? 0;
const [area] = chart.areas.toSorted((a, b) => room(b.area) - room(a.area));

try {
  if (area === undefined) throw new Error(`${event.name} has no standing area`);
  console.log(`${area.name}: ${room(area.area)} of ${area.capacity} places are free`);
  const hold = await client.holdArea(eventId, area.area, 3);
  // The map counts what we hold at once, before the server's next news of it.
  console.log(`held ${hold.quantity}, ${room(area.area)} are left`);
  const released = await client.release(eventId, hold.holdId, { quantity: 1 });
  console.log(`gave one back, ${released.remainingQuantity} are still held`);
  const booking = await client.confirm(eventId, hold.holdId, 'order 4712');
  console.log(`booked ${booking.quantity} places for ${booking.totalMinor} minor units of ${booking.currency}`);
} catch (error) {
  if (error instanceof UsherError) console.log(`${error.code}: ${error.message}`);
  else console.log(String(error));
  process.exitCode = 1;
} finally {
  client.close();
}
