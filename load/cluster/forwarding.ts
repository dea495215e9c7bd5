import { ClosedLoop } from '../closed-loop.js';
import { Crowd } from '../crowd.js';
import { type Measurement, measure, median } from '../measurement.js';
import { count, type Row } from '../report.js';
import type { Fleet } from './fleet.js';

export interface ForwardingOptions {
  readonly rounds: number;
  readonly seconds: number;
}

const seatsPerHold = 2;
const settleMs = 1_000;

/**
 * The same sockets on one node, while their event is moved there and away again by turns: what a command costs more that has to go
 * to another node, one at a time and as many as there is room for.
 */
export async function forwarding(fleet: Fleet, { rounds, seconds }: ForwardingOptions): Promise<readonly Row[]> {
  const patient = await byTurns(fleet, { sockets: 4, lanes: 1 }, rounds, seconds);
  const pipelined = await byTurns(fleet, { sockets: 8, lanes: 64 }, rounds, seconds);
  const p50 = (measurement: Measurement): number => measurement.latencyMs.p50;
  const rate = (measurement: Measurement): number => (measurement.holds + measurement.releases) / measurement.seconds;
  const [hereMs, awayMs] = [median(patient.here.map(p50)), median(patient.away.map(p50))];
  const [here, away] = [median(pipelined.here.map(rate)), median(pipelined.away.map(rate))];
  return [
    [
      'one in flight',
      `p50 ${hereMs.toFixed(2)} ms at the owner, ${awayMs.toFixed(2)} ms forwarded: ${(awayMs - hereMs).toFixed(2)} ms more`,
    ],
    [
      'pipelined',
      `${count(here)} commands/s at the owner, ${count(away)} forwarded: ${Math.round((100 * away) / here)} %`,
    ],
  ];
}

interface Turns {
  readonly here: Measurement[];
  readonly away: Measurement[];
}

async function byTurns(
  fleet: Fleet,
  { sockets, lanes }: { readonly sockets: number; readonly lanes: number },
  rounds: number,
  seconds: number,
): Promise<Turns> {
  const loop = new ClosedLoop(seatsPerHold, null);
  const shape = { sockets, socketsPerHolder: 1, lanes, seatsPerHold, seats: null, watch: false };
  const crowd = await Crowd.open(fleet.target('node-a'), shape, loop);
  loop.start(crowd.buyers);
  const turns: Turns = { here: [], away: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const [owner, measurements] of [
      ['node-a', turns.here],
      ['node-b', turns.away],
    ] as const) {
      await fleet.move(crowd.eventId, owner);
      await measure(crowd, settleMs / 1_000, null);
      measurements.push(await measure(crowd, seconds, null));
    }
  }
  loop.stop();
  await crowd.settled();
  await crowd.close();
  return turns;
}
