import type { Buyer, Strategy } from './buyer.js';

/** Every lane always has one command in flight: hold, release that hold, hold again. */
export class ClosedLoop implements Strategy {
  private stopping = false;

  /** `contendedSeats`: holds take random seats out of so many; null: each lane holds its own seats. */
  constructor(
    private readonly seatsPerHold: number,
    private readonly contendedSeats: number | null,
  ) {}

  start(buyers: readonly Buyer[]): void {
    const nowMs = performance.now();
    for (const buyer of buyers) {
      for (let lane = 0; lane < buyer.lanes; lane++) this.hold(buyer, lane, nowMs);
      buyer.flush();
    }
  }

  /** From here on holds are released and none is made. */
  stop(): void {
    this.stopping = true;
  }

  onHeld(buyer: Buyer, lane: number, nowMs: number): void {
    buyer.release(lane, nowMs);
  }

  onReleased(buyer: Buyer, lane: number, nowMs: number): void {
    this.hold(buyer, lane, nowMs);
  }

  onRefused(buyer: Buyer, lane: number, nowMs: number): void {
    this.hold(buyer, lane, nowMs);
  }

  private hold(buyer: Buyer, lane: number, nowMs: number): void {
    if (this.stopping) return;
    if (this.contendedSeats !== null) this.chooseSeats(buyer, lane, this.contendedSeats);
    buyer.hold(lane, nowMs);
  }

  private chooseSeats(buyer: Buyer, lane: number, seatCount: number): void {
    const chosen: number[] = [];
    while (chosen.length < this.seatsPerHold) {
      const seat = Math.floor(Math.random() * seatCount);
      if (!chosen.includes(seat)) chosen.push(seat);
    }
    for (let index = 0; index < chosen.length; index++) buyer.setSeat(lane, index, chosen[index] as number);
  }
}
