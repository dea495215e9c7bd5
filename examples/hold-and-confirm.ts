/**
 * Holds the first two neighbouring seats that are free, takes some time over it, and buys them.
 *
 *     node dist/examples/hold-and-confirm.js [eventId] [webUrl]
 */
import { type ChartSeat, connectUsher, type HoldBody, readChart, readEvent, UsherError } from 'usher/client';
import { WebSocket } from 'ws';

const [eventId = 'demo', webUrl = 'http://127.0.0.1:8080'] = process.argv.slice(2);

const [event, chart] = await Promise.all([readEvent(webUrl, eventId), readChart(webUrl, eventId)]);
const client = connectUsher({ liveUrl: event.liveUrl, sessionsUrl: `${webUrl}/v1/sessions`, webSocket: WebSocket });
const map = client.subscribe(eventId);
await map.whenReady;

try {
  const hold = await holdTwoSeats();
  console.log(`${hold.holdId} is ours for ${Math.round(hold.expiresInMs / 1000)} s`);
  // The buyer types an address, looks for a card … and asks for more time.
  await client.extend(eventId, hold.holdId);
  // Whatever happens to the connection meanwhile: the hold becomes one booking, or the error says what became of it.
  const booking = await client.confirm(eventId, hold.holdId, 'order 4711');
  console.log(`booked ${booking.bookingId} for ${booking.totalMinor} minor units of ${booking.currency}`);
} catch (error) {
  if (!(error instanceof UsherError)) throw error;
  console.log(
    error.code === 'hold_ended' ? `too late: the hold has ${error.reason}` : `${error.code}: ${error.message}`,
  );
  process.exitCode = 1;
} finally {
  client.close();
}

/** Somebody may be faster: then the next two are tried, whether or not the map has it yet that these are taken. */
async function holdTwoSeats(taken: readonly number[] = []): Promise<HoldBody> {
  const rows = chart.sections.flatMap((section) => section.rows);
  const pair = rows.flatMap(({ seats }) => neighbours(seats, taken))[0];
  if (pair === undefined) throw new Error('No two neighbouring seats are free');
  try {
    return await client.hold(eventId, pair);
  } catch (error) {
    if (!(error instanceof UsherError && error.code === 'seat_taken')) throw error;
    return holdTwoSeats([...taken, ...error.seats]);
  }
}

function neighbours(row: readonly ChartSeat[], taken: readonly number[]): [number, number][] {
  const isFree = ({ index }: ChartSeat) => map.state(index) === 'free' && !taken.includes(index);
  return row.flatMap((seat, at) => {
    const next = row[at + 1];
    return next !== undefined && isFree(seat) && isFree(next) ? [[seat.index, next.index]] : [];
  });
}
