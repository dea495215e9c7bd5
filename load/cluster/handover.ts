import { createHistogram } from 'node:perf_hooks';
import { pause, systemTimers } from '../../src/lib/timers.js';
import { ClosedLoop } from '../closed-loop.js';
import { Crowd } from '../crowd.js';
import { percentiles } from '../measurement.js';
import { count, type Row } from '../report.js';
import type { Fleet } from './fleet.js';

const seats = 60_000;
const sockets = 40;
const seatsPerHold = 2;
const betweenMovesMs = 700;

/** An event of 60,000 seats goes from node to node while people buy: the longest that anyone waits for an answer, for each move. */
export async function handover(fleet: Fleet, moves: number): Promise<readonly Row[]> {
  const loop = new ClosedLoop(seatsPerHold, null);
  const shape = { sockets, socketsPerHolder: 1, lanes: 1, seatsPerHold, seats, watch: false };
  const crowd = await Crowd.open(fleet.target('node-c'), shape, loop);
  loop.start(crowd.buyers);
  await fleet.move(crowd.eventId, 'node-a');
  const pausesUs = createHistogram();
  let repeats = 0;
  for (let move = 0; move < moves; move += 1) {
    await pause(systemTimers, betweenMovesMs);
    crowd.tally.reset();
    await fleet.move(crowd.eventId, move % 2 === 0 ? 'node-b' : 'node-a');
    // Whoever waited through the move has its answer by then.
    await pause(systemTimers, betweenMovesMs);
    pausesUs.record(Math.max(1, Math.round(crowd.tally.latencyUs.max)));
    repeats += crowd.tally.repeats;
    const refused = [...crowd.tally.refusals.keys()];
    if (refused.length > 0) throw new Error(`A move refused what the SDK does not hide: ${refused.join()}`);
  }
  loop.stop();
  await crowd.settled();
  const left = await crowd.countHolds();
  await crowd.close();
  if (left > 0) throw new Error(`Cannot call this a good run as ${left} holds are left`);
  const { p50, p99, max } = percentiles(pausesUs);
  return [
    [
      'handover, 60,000 seats',
      `pause p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, max ${max.toFixed(0)} ms of ${moves} moves; ${count(repeats)} commands sent again after 429 or 503, no hold lost`,
    ],
  ];
}
