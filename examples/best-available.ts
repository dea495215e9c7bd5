/**
 * Lets the server choose seats. Where there are none side by side it takes what is offered instead, or seats apart.
 *
 *     node dist/examples/best-available.js [quantity] [eventId] [webUrl]
 */
import { connectUsher, type HoldBody, readChart, readEvent, UsherError } from 'usher/client';
import { WebSocket } from 'ws';

const [quantity = '4', eventId = 'demo', webUrl = 'http://127.0.0.1:8080'] = process.argv.slice(2);

const [event, chart] = await Promise.all([readEvent(webUrl, eventId), readChart(webUrl, eventId)]);
const client = connectUsher({ liveUrl: event.liveUrl, sessionsUrl: `${webUrl}/v1/sessions`, webSocket: WebSocket });

try {
  const hold = await holdBest(Number(quantity));
  const names = hold.seats.map(nameOf).join(', ');
  console.log(`held ${names} for ${hold.totalMinor} minor units of ${hold.currency}`);
  // This is an example: nobody wants to sit there.
  await client.release(eventId, hold.holdId);
} catch (error) {
  if (!(error instanceof UsherError)) throw error;
  console.log(`${error.code}: ${error.message}`);
  process.exitCode = 1;
} finally {
  client.close();
}

/** In the dearest category if there is room, else wherever the server offers. */
async function holdBest(wanted: number): Promise<HoldBody> {
  const [dearest] = Object.entries(event.prices).sort(([, a], [, b]) => b - a);
  const categories = dearest === undefined ? [] : [dearest[0]];
  try {
    return await client.holdBest(eventId, { quantity: wanted, categories });
  } catch (error) {
    if (!(error instanceof UsherError) || error.code !== 'not_available') throw error;
    const [offered] = error.alternatives;
    if (offered !== undefined) return client.hold(eventId, offered);
    return client.holdBest(eventId, { quantity: wanted, together: false });
  }
}

function nameOf(index: number): string {
  for (const section of chart.sections)
    for (const row of section.rows)
      for (const seat of row.seats) if (seat.index === index) return `${section.name} ${row.label}-${seat.label}`;
  return `seat ${index}`;
}
