/**
 * Follows an event and says what changes, until Ctrl-C.
 *
 *     node dist/examples/watch-a-map.js [eventId] [webUrl]
 */
import { connectUsher, readEvent } from 'usher/client';
import { WebSocket } from 'ws';

const [eventId = 'demo', webUrl = 'http://127.0.0.1:8080'] = process.argv.slice(2);

const event = await readEvent(webUrl, eventId);
const client = connectUsher({ liveUrl: event.liveUrl, sessionsUrl: `${webUrl}/v1/sessions`, webSocket: WebSocket });
process.once('SIGINT', () => client.close());
client.onConnectionState((state) => {
  if (state.kind === 'backingOff') console.log(`connection lost (${state.reason}), trying again`);
});

const map = client.subscribe(eventId);
await map.whenReady;
console.log(`${event.name}: ${freePlaces()} places are free`);

// Changes that come while this loop is busy are merged. Closing the client ends it.
for await (const { seats } of map) {
  const shown = seats.slice(0, 5).map((seat) => `${seat} is ${map.state(seat)}`);
  const more = seats.length > shown.length ? `and ${seats.length - shown.length} more` : '';
  console.log([`${freePlaces()} places are free`, ...shown, more].filter((part) => part !== '').join(', '));
}

function freePlaces(): number {
  let free = map.areas.reduce((sum, area) => sum + area.free, 0);
  for (let seat = 0; seat < map.seatCount; seat++) if (map.state(seat) === 'free') free += 1;
  return free;
}
