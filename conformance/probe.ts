import { WireClient } from '../src/e2e/testing/wire-client.js';
import { type Addresses, Scene } from './scene.js';

/** A server without limits says a rate that nobody reaches. */
const unreachableRate = 100_000;

/** Whether the server limits the rate of messages, as `welcome` says. */
export async function limitsAreOn(addresses: Addresses): Promise<boolean> {
  const { token } = await new Scene(addresses).guest();
  const client = await WireClient.connect(addresses.liveUrl, token);
  const perSecond = messagesPerSecondOf(client);
  await client.close();
  return perSecond < unreachableRate;
}

/** What the socket's `welcome`, its first frame, says. */
export function messagesPerSecondOf({ frames: [welcome = []] }: WireClient): number {
  const { limits } = welcome[2] as { limits: { messagesPerSecond: number } };
  return limits.messagesPerSecond;
}
