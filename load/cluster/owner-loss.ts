import { WireClient } from '../../src/e2e/testing/wire-client.js';
import { systemRandom } from '../../src/lib/random.js';
import { pause, systemTimers } from '../../src/lib/timers.js';
import { median } from '../measurement.js';
import type { Row } from '../report.js';
import { createEvent } from '../venue.js';
import type { Fleet } from './fleet.js';

const askAgainMs = 20;
const limits = { seatsPerHold: 10, holdsPerHolder: 1_000, seatsPerHolder: 1_000 };

/** kill -9 of the owner: how long until another node's client gets a hold accepted again. */
export async function ownerLoss(fleet: Fleet, leaseMs: number, rounds: number): Promise<readonly Row[]> {
  const takenMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const eventId = await createEvent(fleet.target('node-a'), 1_000, limits);
    await fleet.move(eventId, 'node-b');
    const { liveUrl } = fleet.node('node-a');
    const client = await WireClient.connect(liveUrl, (await fleet.node('node-a').guest()).token);
    await heldAt(client, eventId, 0);
    const lostMs = performance.now();
    await fleet.node('node-b').stop('SIGKILL');
    await heldAt(client, eventId, 1);
    takenMs.push(performance.now() - lostMs);
    await client.close();
    await fleet.node('node-b').startAgain();
  }
  const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
  return [
    [
      `owner lost, lease ${leaseMs} ms`,
      `served again after ${seconds(median(takenMs))} s at the median, ${seconds(Math.max(...takenMs))} s at most of ${rounds}`,
    ],
  ];
}

async function heldAt(client: WireClient, eventId: string, seat: number): Promise<void> {
  const commandId = systemRandom.id(12);
  for (;;) {
    const answer = await client.hold(eventId, commandId, [seat]);
    if (answer.kind === 'accepted') return;
    if (!/^(429|503)/.test(answer.code)) throw new Error(`Cannot go on as a hold was refused: code is ${answer.code}`);
    await pause(systemTimers, askAgainMs);
  }
}
