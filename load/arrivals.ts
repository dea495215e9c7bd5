import type { RecordableHistogram } from 'node:perf_hooks';
import { Fifo } from '../src/lib/fifo.js';
import type { Buyer, Strategy } from './buyer.js';

interface Lane {
  readonly buyer: Buyer;
  readonly lane: number;
}

const tickMs = 1;
/** Arrivals that wait for a lane for longer than this find the shop too full, and leave. */
const patienceMs = 5_000;

/**
 * Commands arrive as a Poisson process and do not wait for one another. Each is sent on any lane that can take it: a hold
 * on a free one until half of the lanes hold seats, then releases and holds in turn. Where no lane can, the arrival waits,
 * and its latency counts from its arrival all the same (no coordinated omission).
 */
export class Arrivals implements Strategy {
  private readonly free = new Fifo<Lane>();
  private readonly held = new Fifo<Lane>();
  /** Arrival times of those that wait for a lane. */
  private readonly waiting = new Fifo<number>();
  private readonly lanes = new Map<Buyer, readonly Lane[]>();
  private heldTarget = 0;
  private nextMs = 0;
  private timer: NodeJS.Timeout | undefined;
  /** Arrivals since the last `resetCounts`. */
  offered = 0;
  /** Those of them that left as they had waited too long. */
  dropped = 0;

  constructor(
    private readonly ratePerSecond: number,
    /** How long arrivals waited before they were sent, in microseconds. */
    private readonly sendLagUs: RecordableHistogram,
    /** In [0, 1). */
    private readonly random: () => number,
  ) {}

  start(buyers: readonly Buyer[]): void {
    const most = Math.max(...buyers.map((buyer) => buyer.lanes));
    for (const buyer of buyers) {
      this.lanes.set(
        buyer,
        Array.from({ length: buyer.lanes }, (_, lane) => ({ buyer, lane })),
      );
    }
    // Neighbours in the queue belong to different sockets: the load spreads evenly.
    for (let lane = 0; lane < most; lane++) for (const buyer of buyers) this.pushLane(this.free, buyer, lane);
    this.heldTarget = Math.max(1, this.free.length >> 1);
    this.nextMs = performance.now();
    this.timer = setInterval(() => this.tick(performance.now()), tickMs);
  }

  resetCounts(): void {
    this.offered = 0;
    this.dropped = 0;
    this.sendLagUs.reset();
  }

  /** Nothing arrives any more. */
  stop(): void {
    clearInterval(this.timer);
    this.waiting.drain();
    this.timer = undefined;
  }

  /** After `stop`, once all is answered: gives back what is held. */
  releaseAll(): void {
    const nowMs = performance.now();
    for (const { buyer, lane } of this.held.drain()) buyer.release(lane, nowMs);
    for (const buyer of this.lanes.keys()) buyer.flush();
  }

  onHeld(buyer: Buyer, lane: number, nowMs: number): void {
    this.pushLane(this.held, buyer, lane);
    this.serve(nowMs);
  }

  onReleased(buyer: Buyer, lane: number, nowMs: number): void {
    this.pushLane(this.free, buyer, lane);
    this.serve(nowMs);
  }

  onRefused(buyer: Buyer, lane: number, nowMs: number): void {
    this.pushLane(this.free, buyer, lane);
    this.serve(nowMs);
  }

  private tick(nowMs: number): void {
    while (this.nextMs <= nowMs) {
      this.waiting.push(this.nextMs);
      this.offered++;
      this.nextMs += (-Math.log(1 - this.random()) * 1000) / this.ratePerSecond;
    }
    this.serve(nowMs);
    for (const buyer of this.lanes.keys()) buyer.flush();
  }

  /** Sends what waits, as far as lanes can take it. Frames for sockets that are not being read leave with the next tick. */
  private serve(nowMs: number): void {
    for (let arrivedMs = this.waiting.peek(); arrivedMs !== undefined; arrivedMs = this.waiting.peek()) {
      if (nowMs - arrivedMs > patienceMs) this.dropped++;
      else if (this.send(arrivedMs)) this.sendLagUs.record(Math.max(1, Math.round((nowMs - arrivedMs) * 1000)));
      else return;
      this.waiting.shift();
    }
  }

  private send(arrivedMs: number): boolean {
    const release = this.held.length >= this.heldTarget || this.free.length === 0;
    const chosen = (release ? this.held : this.free).shift();
    if (chosen === undefined) return false;
    if (release) chosen.buyer.release(chosen.lane, arrivedMs);
    else chosen.buyer.hold(chosen.lane, arrivedMs);
    return true;
  }

  private pushLane(queue: Fifo<Lane>, buyer: Buyer, lane: number): void {
    const known = this.lanes.get(buyer)?.[lane];
    if (known !== undefined) queue.push(known);
  }
}
