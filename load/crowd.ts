import { limits } from '../src/config/limits.js';
import { pause, systemTimers } from '../src/lib/timers.js';
import { UsageError } from '../src/lib/usage-error.js';
import { Buyer, lanesMax, type Strategy } from './buyer.js';
import { Deferred } from './deferred.js';
import type { RunHistory } from './run-history.js';
import { Tally } from './tally.js';
import { createEvent, createSessions, type Target } from './venue.js';

export interface CrowdOptions {
  readonly sockets: number;
  readonly socketsPerHolder: number;
  /** Lanes a socket: the most commands that it has in flight, and the most holds. */
  readonly lanes: number;
  readonly seatsPerHold: number;
  /** Size of the hall; null: as many seats as the lanes need, each lane its own. */
  readonly seats: number | null;
  readonly watch: boolean;
}

/** The ninth socket of a holder closes the first one. */
export const socketsPerHolderMax = 8;
const drainTimeoutMs = 60_000;
const drainPollMs = 10;

/** Sockets, holders and the event that they all want: made anew for each run, so that runs do not meet. */
export class Crowd {
  readonly tally = new Tally();
  private readonly loss = new Deferred<never>();
  buyers: readonly Buyer[] = [];

  /** @param history of all that its sockets do and see; null: nobody wants to know */
  static async open(
    target: Target,
    options: CrowdOptions,
    strategy: Strategy,
    history: RunHistory | null = null,
  ): Promise<Crowd> {
    const { sockets, socketsPerHolder, lanes, seatsPerHold } = options;
    const seatsNeeded = options.seats ?? sockets * lanes * seatsPerHold;
    if (lanes > lanesMax || seatsNeeded > limits.seatsPerChartMax) {
      throw new UsageError(
        `Cannot give every lane seats of its own: ${seatsNeeded} are needed, ${limits.seatsPerChartMax} is the largest hall; ` +
          'take fewer sockets, fewer commands in flight or fewer seats a hold',
      );
    }
    const eventId = await createEvent(target, seatsNeeded, {
      seatsPerHold,
      holdsPerHolder: socketsPerHolder * lanes,
      seatsPerHolder: socketsPerHolder * lanes * seatsPerHold,
    });
    const tokens = await createSessions(target, Math.ceil(sockets / socketsPerHolder));
    const crowd = new Crowd(eventId, seatsNeeded, socketsPerHolder);
    crowd.buyers = await Promise.all(
      Array.from({ length: sockets }, (_, index) =>
        Buyer.open(
          {
            liveUrl: target.liveUrl,
            token: tokens[Math.floor(index / socketsPerHolder)] ?? '',
            eventId,
            commandIdPrefix: `load${index.toString(36).padStart(3, '0')}`,
            seats: seatsOf(index, options, seatsNeeded),
            watch: options.watch,
            history: history?.newSocket() ?? null,
          },
          crowd.tally,
          strategy,
          (reason) => crowd.loss.reject(new Error(`Cannot go on as socket ${index} is lost: ${reason}`)),
        ),
      ),
    );
    return crowd;
  }

  private constructor(
    readonly eventId: string,
    readonly seatCount: number,
    private readonly socketsPerHolder: number,
  ) {
    this.lost.catch(() => {}); // whoever waits for a run hears of it
  }

  /** Rejects when a socket is lost. */
  get lost(): Promise<never> {
    return this.loss.promise;
  }

  get inFlight(): number {
    let sum = 0;
    for (const buyer of this.buyers) sum += buyer.inFlight;
    return sum;
  }

  /** Waits until every command is answered. Call it once nothing sends any more. */
  async settled(): Promise<void> {
    const deadlineMs = performance.now() + drainTimeoutMs;
    while (this.inFlight > 0) {
      if (performance.now() > deadlineMs) {
        throw new Error(
          `Cannot end in order as ${this.inFlight} commands were not answered within ${drainTimeoutMs} ms`,
        );
      }
      await Promise.race([pause(systemTimers, drainPollMs), this.lost]);
    }
  }

  /** How many holds the server still knows for these holders. */
  async countHolds(): Promise<number> {
    const oneOfEachHolder = this.buyers.filter((_, index) => index % this.socketsPerHolder === 0);
    const counts = await Promise.all(oneOfEachHolder.map((buyer) => buyer.countHolds()));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async close(): Promise<void> {
    await Promise.all(this.buyers.map((buyer) => buyer.close()));
  }
}

/** The seats that each of a socket's lanes holds; in a hall of a given size lanes share seats where there are too few. */
function seatsOf(socket: number, { lanes, seatsPerHold }: CrowdOptions, seatCount: number): number[][] {
  return Array.from({ length: lanes }, (_, lane) => {
    const first = (socket * lanes + lane) * seatsPerHold;
    return Array.from({ length: seatsPerHold }, (_seat, index) => (first + index) % seatCount);
  });
}
