import assert from 'node:assert/strict';
import { systemClock } from '../../lib/clock.js';
import { systemRandom } from '../../lib/random.js';
import { Buyer } from './buyer.js';
import type { Guest } from './venue.js';
import { Ledger } from './ledger.js';
import { type Accepted, accepted, type Answer, type HoldBody, subprotocols, type WireClient } from './wire-client.js';

export interface SalePlan {
  readonly buyers: number;
  /** What one buyer does at the same time, on one socket. */
  readonly lanes: number;
  /** Nobody else wants them. */
  readonly seatsPerLane: number;
  /** Everybody wants them. They are the first of the hall. */
  readonly contestedSeats: number;
  /** Buyers go where nodes send them, and come back anywhere now and then. */
  readonly roams?: boolean;
}

export function seatsOf({ buyers, lanes, seatsPerLane, contestedSeats }: SalePlan): number {
  return contestedSeats + buyers * lanes * seatsPerLane;
}

/** What an event must allow its buyers. */
export const saleLimits = { holdsPerHolder: 1_000_000, seatsPerHolder: 1_000_000, extensionsPerHold: 1_000_000 };

type Command<Body> = (client: WireClient, commandId: string) => Promise<Answer<Body>>;

/** One thing after the other on seats of its own, and now and then on those that everybody wants. */
interface Lane {
  readonly buyer: Buyer;
  /** Those it may still hold. */
  readonly seats: number[];
}

/**
 * A crowd that holds, extends, releases, confirms and repeats as fast as it is answered, whatever befalls the server. Where a
 * lane alone can know the outcome, it asserts it; everything that it was told stands in the ledger.
 */
export class Sale {
  readonly ledger = new Ledger();
  readonly #lanes: Lane[] = [];
  readonly #buyers: Buyer[] = [];
  #ended: Promise<unknown> = Promise.resolve();
  #isOn = true;
  readonly #milestones = new Set<{ readonly count: number; reach(): void }>();

  /** @param guests one for each buyer */
  constructor(
    private readonly eventId: string,
    liveUrl: () => string,
    guests: readonly Guest[],
    private readonly plan: SalePlan,
  ) {
    let seat = plan.contestedSeats;
    for (const [index, guest] of guests.entries()) {
      const buyer = new Buyer(liveUrl, guest, subprotocols[index % 2] ?? 'usher.v1.msgpack', plan.roams);
      this.#buyers.push(buyer);
      for (let lane = 0; lane < plan.lanes; lane += 1) {
        this.#lanes.push({ buyer, seats: Array.from({ length: plan.seatsPerLane }, (_, at) => seat + at) });
        seat += plan.seatsPerLane;
      }
    }
  }

  /** The longest that a command took until its outcome was known. */
  slowestMs = 0;

  /** How often the outcome of a command was unknown at first. */
  get unknowns(): number {
    return this.#buyers.reduce((sum, buyer) => sum + buyer.unknowns, 0);
  }

  start(): void {
    this.#ended = Promise.all(this.#lanes.map((lane) => this.#run(lane)));
    // Told by `accepts` and `stop`.
    this.#ended.catch(() => undefined);
  }

  /** Resolves when so many further commands have been accepted. */
  async accepts(commands: number): Promise<void> {
    const count = this.ledger.acceptedCount + commands;
    const reached = new Promise<void>((reach) => {
      this.#milestones.add({ count, reach });
    });
    await Promise.race([reached, this.#ended]);
    assert.ok(this.ledger.acceptedCount >= count, 'the sale has ended too early');
  }

  /** Ends it once every command is settled. Rejects where a lane met what may not be. */
  async stop(): Promise<void> {
    this.#isOn = false;
    await this.#ended;
    await Promise.all(this.#buyers.map((buyer) => buyer.leave()));
  }

  async #run(lane: Lane): Promise<void> {
    while (this.#isOn) {
      if (this.plan.contestedSeats > 0 && happens(0.2)) await this.#compete(lane);
      else await this.#sell(lane);
      if (this.plan.roams === true && happens(0.02)) await lane.buyer.leave();
    }
  }

  async #compete(lane: Lane): Promise<void> {
    const first = systemRandom.below(this.plan.contestedSeats);
    const seats = [first, (first + 1) % this.plan.contestedSeats];
    const answer = await this.#hold(lane, seats);
    if (answer.kind === 'accepted') {
      await this.#release(lane, answer.body.holdId, null);
      return;
    }
    assert.equal(answer.code, '409 seat_taken');
    const taken = answer.details.seats ?? [];
    assert.ok(taken.length > 0 && taken.every((seat) => seats.includes(seat)), `seats listed: ${taken.join()}`);
  }

  async #sell(lane: Lane): Promise<void> {
    const at = systemRandom.below(lane.seats.length - 1);
    const seats = lane.seats.slice(at, at + 2);
    const { holdId } = accepted(await this.#hold(lane, seats)).body;
    if (happens(0.2))
      accepted(await this.#tell(lane, 'HoldExtended', (client, id) => client.extend(this.eventId, id, holdId)));
    // Whoever has few seats left keeps them free to go on.
    const mayKeep = lane.seats.length > 4;
    if (mayKeep && happens(0.06)) {
      lane.seats.splice(at, 2);
      if (happens(0.5)) return;
      const [given = -1] = seats;
      if (happens(0.5)) lane.seats.push(...(await this.#release(lane, holdId, [given])).body.seats);
      const orderRef = `Order ${holdId}`;
      accepted(
        await this.#tell(lane, 'BookingConfirmed', (client, id) => client.confirm(this.eventId, id, holdId, orderRef)),
      );
      return;
    }
    if (happens(0.2)) await this.#release(lane, holdId, seats.slice(0, 1));
    await this.#release(lane, holdId, null);
  }

  #hold(lane: Lane, seats: readonly number[]): Promise<Answer<HoldBody>> {
    return this.#tell(lane, 'SeatsHeld', (client, commandId) => client.hold(this.eventId, commandId, seats));
  }

  async #release(
    lane: Lane,
    holdId: string,
    seats: readonly number[] | null,
  ): Promise<Accepted<{ seats: readonly number[] }>> {
    return accepted(
      await this.#tell(lane, 'HoldReleased', (client, id) => client.release(this.eventId, id, holdId, seats)),
    );
  }

  /** One command, and now and then its repeat: what was accepted is answered again as it was, but for the time left. */
  async #tell<Body extends { readonly seats: readonly number[] }>(
    { buyer }: Lane,
    kind: string,
    command: Command<Body>,
  ): Promise<Answer<Body>> {
    const commandId = `c-${systemRandom.id(14)}`;
    const sinceMs = systemClock.monotonicMs();
    const answer = await buyer.settle((client) => command(client, commandId));
    this.slowestMs = Math.max(this.slowestMs, systemClock.monotonicMs() - sinceMs);
    this.ledger.note(buyer.guest.holderId, commandId, kind, answer);
    for (const milestone of this.#milestones) {
      if (this.ledger.acceptedCount < milestone.count) continue;
      this.#milestones.delete(milestone);
      milestone.reach();
    }
    if (answer.kind === 'accepted' && happens(0.05)) {
      const again = accepted(await buyer.settle((client) => command(client, commandId)));
      assert.deepEqual(timeless(again), timeless(answer));
    }
    return answer;
  }
}

/** An answer without the time that is left. */
export function timeless<Body>({ position, body }: Accepted<Body>): object {
  return { position, body: { ...body, expiresInMs: 0 } };
}

function happens(probability: number): boolean {
  return systemRandom.below(1000) < probability * 1000;
}
