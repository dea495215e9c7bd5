/**
 * A shop of your own: browsers hold seats, your server takes the money and confirms over REST with an integrator's token. For
 * events with `confirmBy: "server"` this is the only way. Here one program plays both parts.
 *
 *     INTEGRATOR_TOKEN=… node dist/examples/confirm-from-a-server.js [eventId] [webUrl]
 */
import { connectUsher, readEvent } from 'usher/client';
import { WebSocket } from 'ws';

const [eventId = 'demo', webUrl = 'http://127.0.0.1:8080'] = process.argv.slice(2);
const event = await readEvent(webUrl, eventId);

// The browser's part: hold, then tell the shop's server who we are and which hold to confirm.
const client = connectUsher({ liveUrl: event.liveUrl, sessionsUrl: `${webUrl}/v1/sessions`, webSocket: WebSocket });
const hold = await client.holdBest(eventId, { quantity: 2 });
const order = { orderRef: `shop-${hold.holdId}`, holdId: hold.holdId, holderId: client.holderId };

try {
  console.log(await confirm(order));
} finally {
  client.close();
}

/**
 * The server's part, after the payment. The key makes it safe to send again whenever the outcome is not known: it is
 * carried out once, and every repeat gets the first answer.
 */
async function confirm({ orderRef, holdId, holderId }: typeof order): Promise<string> {
  const restUrl = event.liveUrl.replace(/^ws/, 'http').replace(/\/live$/, '');
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(`${restUrl}/events/${eventId}/holds/${holdId}/confirm`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${process.env['INTEGRATOR_TOKEN'] ?? ''}`,
        'content-type': 'application/json',
        'idempotency-key': orderRef,
      },
      body: JSON.stringify({ orderRef, holderId }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (response.status === 201) return `booked ${String(answer['bookingId'])} for order ${orderRef}`;
    const isForNow = response.status === 429 || response.status === 503;
    if (!isForNow || attempt === 5) throw new Error(`${String(answer['code'])}: ${String(answer['detail'])}`);
    const waitSeconds = Number(response.headers.get('retry-after') ?? 1);
    await new Promise((resolve) => setTimeout(resolve, waitSeconds * 1000));
  }
}
