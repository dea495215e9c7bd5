import { pause, systemTimers } from '../../src/lib/timers.js';
import { Buyer, type Strategy } from '../buyer.js';
import { socketsPerHolderMax } from '../crowd.js';
import { count, type Row } from '../report.js';
import { Tally } from '../tally.js';
import { createEvent, createSessions } from '../venue.js';
import { type Fleet, type NodeName, nodeNames } from './fleet.js';

const seats = 2_000;
const limits = { seatsPerHold: 10, holdsPerHolder: 10, seatsPerHolder: 10 };
/** Opened at the same time, at first: what is measured is their coming back, not this. */
const openedAtOnce = 200;
/** What the SDK waits at most before its first attempt. */
const backOffMs = 1_000;
const retryMs = 500;

const nobodyBuys: Strategy = { onHeld: () => {}, onReleased: () => {}, onRefused: () => {} };

/**
 * Sockets of a node that is killed, each of which watches an event of another node: how long until all are connected, known and
 * subscribed elsewhere, where each comes back within the SDK's first back-off and tries again.
 */
export async function herd(fleet: Fleet, sockets: number): Promise<readonly Row[]> {
  const eventId = await createEvent(fleet.target('node-b'), seats, limits);
  await fleet.move(eventId, 'node-b');
  const tokens = await createSessions(fleet.target('node-b'), Math.ceil(sockets / socketsPerHolderMax));
  const open = (name: NodeName, socket: number, lost: () => void): Promise<Buyer> =>
    Buyer.open(
      {
        liveUrl: fleet.target(name).liveUrl,
        token: tokens[Math.floor(socket / socketsPerHolderMax)] ?? '',
        eventId,
        commandIdPrefix: 'herd',
        seats: [],
        watch: true,
        history: null,
      },
      new Tally(),
      nobodyBuys,
      lost,
    );
  const survivors = nodeNames.filter((name) => name !== 'node-a');
  const back: Promise<Buyer>[] = [];
  let lostMs = 0;
  const comeBack = async (socket: number): Promise<Buyer> => {
    await pause(systemTimers, Math.random() * backOffMs);
    for (let attempt = 0; ; attempt += 1) {
      const name = survivors[(socket + attempt) % survivors.length] ?? 'node-b';
      try {
        return await open(name, socket, () => {});
      } catch {
        await pause(systemTimers, Math.random() * retryMs);
      }
    }
  };
  for (let first = 0; first < sockets; first += openedAtOnce) {
    const batch = Array.from({ length: Math.min(openedAtOnce, sockets - first) }, (_, n) =>
      open('node-a', first + n, () => back.push(comeBack(first + n))),
    );
    await Promise.all(batch);
  }
  lostMs = performance.now();
  await fleet.node('node-a').stop('SIGKILL');
  while (back.length < sockets) await pause(systemTimers, 5);
  const buyers = await Promise.all(back);
  const seconds = (performance.now() - lostMs) / 1_000;
  await Promise.all(buyers.map((buyer) => buyer.close()));
  await fleet.node('node-a').startAgain();
  return [['sockets of a lost node', `${count(sockets)} live elsewhere after ${seconds.toFixed(1)} s`]];
}
