/**
 * What the pure core costs: decide and apply on a hall of 60,000 seats, full and contended. One command is one decide and one
 * apply.
 *
 *     node dist/bench/seatmap.js
 */
import { Bench } from 'tinybench';
import type { Command, Identity } from '../src/seatmap/command.js';
import { eventDefaults } from '../src/seatmap/configuration.js';
import { apply, openSeatMap } from '../src/seatmap/apply.js';
import { decide } from '../src/seatmap/decide.js';
import { holdIdOf } from '../src/seatmap/ids.js';
import type { SeatMap } from '../src/seatmap/seat-map.js';
import { decodeSeatMap, encodeSeatMap } from '../src/seatmap/snapshot.js';

const seatCount = 60_000;
const epoch = 7;
const nowMs = 1_800_000_000_000;
/** Commands in one run of a task, so that the clock is not what is measured. */
const commandsPerRun = 2_000;

function openHall(): SeatMap {
  const configuration = {
    ...eventDefaults,
    chartId: 'hall',
    chartVersion: 1,
    seatCount,
    currency: 'EUR',
    categories: ['front', 'middle', 'back'],
    pricesMinor: [9_000, 6_000, 3_000],
    seatCategories: [
      [0, 20_000],
      [1, 20_000],
      [2, 20_000],
    ] as const,
    areas: [{ area: 'arena', capacity: 20_000, category: 2 }],
    layout: null,
    onSaleAtMs: null,
    closesAtMs: null,
    confirmBy: 'holder',
  } as const;
  return openSeatMap({ kind: 'EventOpened', atMs: nowMs, configuration }, epoch);
}

function identityOf(holder: number): Identity {
  return { holderId: `guest-of-the-bench-${holder}`, commandId: 'command-1', payloadHash: 1 };
}

function must(map: SeatMap, command: Command): void {
  const decision = decide(map, command, nowMs);
  if (decision.kind !== 'accepted') throw new Error(`Refused: ${JSON.stringify(decision)}`);
  apply(map, decision.change, epoch);
}

/** Two-seat holds by as many holders, on the first seats. */
function fill(map: SeatMap, holds: number): void {
  for (let index = 0; index < holds; index += 1) {
    must(map, { kind: 'hold', identity: identityOf(index), seats: [index * 2, index * 2 + 1] });
  }
}

const identities = Array.from({ length: commandsPerRun / 2 }, (_, index) => identityOf(100_000 + index));

/** A hold of two seats and its release, over and over. */
function holdAndRelease(map: SeatMap, firstSeat: number): void {
  for (const [index, identity] of identities.entries()) {
    const seat = firstSeat + ((index * 2) % (seatCount - firstSeat));
    must(map, { kind: 'hold', identity, seats: [seat, seat + 1] });
    must(map, { kind: 'release', identity, holdId: holdIdOf(epoch, map.seq), seats: null, quantity: null });
  }
}

/** The same with two places of an area. */
function holdAndReleasePlaces(map: SeatMap): void {
  for (const identity of identities) {
    must(map, { kind: 'holdArea', identity, places: { area: 'arena', quantity: 2 } });
    must(map, { kind: 'release', identity, holdId: holdIdOf(epoch, map.seq), seats: null, quantity: null });
  }
}

const empty = openHall();
const crowded = openHall();
fill(crowded, 29_000);
const full = openHall();
fill(full, 30_000);
const snapshot = encodeSeatMap(full);

const bench = new Bench({ time: 1_000, warmupTime: 500 });
bench.add('hold and release 2 seats, empty hall', () => holdAndRelease(empty, 0));
bench.add('hold and release 2 seats, 29,000 other holds', () => holdAndRelease(crowded, 58_000));
bench.add('hold and release 2 places of an area, 29,000 other holds', () => holdAndReleasePlaces(crowded));
bench.add('hold 2 seats that are taken', () => {
  for (const [index, identity] of identities.entries()) {
    for (const seat of [index * 2, index * 2 + 30_000])
      decide(full, { kind: 'hold', identity, seats: [seat, seat + 1] }, nowMs);
  }
});
await bench.run();
for (const task of bench.tasks) {
  const { result } = task;
  if (!('latency' in result)) throw new Error(`Cannot measure: ${task.name}`, { cause: result });
  const commandsPerSecond = (commandsPerRun * 1_000) / result.latency.mean;
  console.log(`${task.name}: ${Math.round(commandsPerSecond).toLocaleString('en')} commands/s`);
}

const snapshots = new Bench({ time: 500, warmupTime: 200 });
snapshots.add('encode a snapshot, 30,000 holds', () => encodeSeatMap(full));
snapshots.add('decode a snapshot, 30,000 holds', () => decodeSeatMap(snapshot));
await snapshots.run();
for (const task of snapshots.tasks) {
  const { result } = task;
  if (!('latency' in result)) throw new Error(`Cannot measure: ${task.name}`, { cause: result });
  console.log(`${task.name}: ${result.latency.mean.toFixed(1)} ms, ${snapshot.length.toLocaleString('en')} bytes`);
}
