import { WebSocket } from 'ws';
import { connectUsher, type UsherClient, UsherError } from '../../src/client/client.js';
import { systemRandom } from '../../src/lib/random.js';
import { pause, systemTimers } from '../../src/lib/timers.js';
import { count, type Row } from '../report.js';
import { createEvent } from '../venue.js';
import { Balancer } from './balancer.js';
import { type Fleet, nodeNames } from './fleet.js';

const programs = 120;
const eventCount = 3;
const seats = 60_000;
const limits = { seatsPerHold: 10, holdsPerHolder: 1_000_000, seatsPerHolder: 1_000_000 };
/** Of holds, those that are confirmed; the others are released, so that the halls do not run empty. */
const confirmShare = 0.2;
const steadyMs = 3_000;

interface Totals {
  commands: number;
  confirms: number;
  failed: Map<string, number>;
}

/** Every node is stopped in order and started again, one after the other, while programs with the SDK buy through a balancer. */
export async function rollingRestart(fleet: Fleet, commandsPerSecond: number): Promise<readonly Row[]> {
  const ports = nodeNames.map((name) => Number(new URL(fleet.node(name).liveUrl).port));
  const balancer = await Balancer.start(ports);
  const totals: Totals = { commands: 0, confirms: 0, failed: new Map() };
  const eventIds: string[] = [];
  for (let n = 0; n < eventCount; n += 1) eventIds.push(await createEvent(fleet.target('node-a'), seats, limits));
  const clients = Array.from({ length: programs }, () =>
    connectUsher({
      liveUrl: `ws://127.0.0.1:${balancer.port}/v1/live`,
      sessionsUrl: `http://127.0.0.1:${balancer.port}/v1/sessions`,
      webSocket: WebSocket,
    }),
  );
  const sale = { isOn: true };
  const everyMs = (programs * 1_000) / commandsPerSecond;
  const running = clients.map((client, n) => buyOn(client, eventIds[n % eventCount] ?? '', n, everyMs, totals, sale));
  await pause(systemTimers, steadyMs);
  const startMs = performance.now();
  const before = totals.commands;
  for (const name of nodeNames) {
    const node = fleet.node(name);
    const code = await node.stop('SIGTERM');
    if (code !== 0) throw new Error(`Cannot call this a good run as ${name} ended with ${code}`);
    await node.startAgain();
    await pause(systemTimers, steadyMs);
  }
  const seconds = (performance.now() - startMs) / 1_000;
  const perSecond = (totals.commands - before) / seconds;
  sale.isOn = false;
  await Promise.all(running);
  for (const client of clients) client.close();
  await balancer.close();
  const failed = [...totals.failed].map(([code, times]) => `${code} × ${times}`).join(', ');
  if (failed !== '') throw new Error(`Cannot call this a good run as commands failed: ${failed}`);
  return [
    [
      'rolling restart',
      `${count(perSecond)} commands/s over ${seconds.toFixed(0)} s, ${count(totals.confirms)} confirms, none of them failed, nor anything else`,
    ],
  ];
}

/** Holds, and confirms or releases, at its own pace, on seats of its own. */
async function buyOn(
  client: UsherClient,
  eventId: string,
  program: number,
  everyMs: number,
  totals: Totals,
  sale: { readonly isOn: boolean },
): Promise<void> {
  const own = Math.floor(seats / (programs / eventCount));
  const first = Math.floor(program / eventCount) * own;
  let dueMs = performance.now() + systemRandom.below(Math.ceil(everyMs));
  for (let next = 0; sale.isOn && next < own; ) {
    await pause(systemTimers, Math.max(0, dueMs - performance.now()));
    dueMs += 2 * everyMs;
    const isSold = systemRandom.below(100) < confirmShare * 100;
    try {
      const { holdId } = await client.hold(eventId, [first + next]);
      totals.commands += 1;
      if (isSold) {
        await client.confirm(eventId, holdId, `order-${program}-${next}`);
        totals.confirms += 1;
        next += 1;
      } else {
        await client.release(eventId, holdId);
      }
      totals.commands += 1;
    } catch (error) {
      if (!(error instanceof UsherError)) throw error;
      totals.failed.set(error.code, (totals.failed.get(error.code) ?? 0) + 1);
      next += 1;
    }
  }
}
