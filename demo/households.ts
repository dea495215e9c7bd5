import {
  connectUsher,
  type EventDetails,
  type LiveSeatMap,
  type SocketConstructor,
  type UsherClient,
  UsherError,
} from 'usher/client';
import { WebSocket } from 'ws';
import type { Pace } from './pace.js';

/**
 * People who share a client, and with it a holder and a socket: a server admits only so many sockets of one address. They also
 * share what a holder may have, so only so many fit in.
 */
export class Household {
  readonly client: UsherClient;
  readonly map: LiveSeatMap;
  readonly #limits: EventDetails['limits'];
  #people = 0;
  /** Places of those who are in, and of what is booked or abandoned: they count until the household is dissolved. */
  #places = 0;
  #holdsLeftBehind = 0;

  constructor(client: UsherClient, map: LiveSeatMap, limits: EventDetails['limits']) {
    this.client = client;
    this.map = map;
    this.#limits = limits;
  }

  get people(): number {
    return this.#people;
  }

  hasRoomFor(quantity: number): boolean {
    const { holdsPerHolder, seatsPerHolder } = this.#limits;
    return this.#people + this.#holdsLeftBehind < holdsPerHolder && this.#places + quantity <= seatsPerHolder;
  }

  enter(quantity: number): void {
    this.#people += 1;
    this.#places += quantity;
  }

  /** `booked` and `abandoned`: how many of the places that were reserved on entering. */
  leave(quantity: number, { booked, abandoned }: { readonly booked: number; readonly abandoned: number }): void {
    this.#people -= 1;
    this.#places -= quantity - booked - abandoned;
    if (abandoned > 0) this.#holdsLeftBehind += 1;
  }
}

export interface HouseholdsOptions {
  readonly event: EventDetails;
  readonly sessionsUrl: string;
  readonly socketsMax: number;
  readonly pace: Pace;
  /** The server lets no more of us in for the moment. */
  readonly onCrowdedOut: () => void;
}

/** For somebody who finds no household: when to look again. */
const lookAgainMs = 500;

export class Households {
  readonly #options: HouseholdsOptions;
  readonly #open = new Set<Household>();

  constructor(options: HouseholdsOptions) {
    this.#options = options;
  }

  /** A household with a map, and room for so many places; null when the demo is over first. */
  async enter(quantity: number): Promise<Household | null> {
    const { pace } = this.#options;
    while (!pace.isOver) {
      const household = this.#find(quantity);
      if (household !== null) {
        household.enter(quantity);
        const isReady = await Promise.race([isThere(household), pace.over.then(() => false)]);
        if (isReady) return household;
        household.leave(quantity, { booked: 0, abandoned: 0 });
        if (household.people === 0) this.#dissolve(household);
      }
      await pace.pause(lookAgainMs);
    }
    return null;
  }

  close(): void {
    for (const household of this.#open) this.#dissolve(household);
  }

  /** A new one while there may be more sockets, else the one with the fewest people, else a new one for one that is of no use. */
  #find(quantity: number): Household | null {
    if (this.#open.size < this.#options.socketsMax) return this.#found();
    const roomy = [...this.#open].filter((household) => household.hasRoomFor(quantity));
    const [emptiest] = roomy.sort((a, b) => a.people - b.people);
    if (emptiest !== undefined) return emptiest;
    const idle = [...this.#open].find(({ people }) => people === 0);
    if (idle === undefined) return null;
    this.#dissolve(idle);
    return this.#found();
  }

  #found(): Household {
    const { event, sessionsUrl, onCrowdedOut } = this.#options;
    const client = connectUsher({
      liveUrl: event.liveUrl,
      sessionsUrl,
      webSocket: tellingWebSocket(onCrowdedOut),
      clientName: 'usher-demo-buyer',
    });
    client.onConnectionState((state) => {
      if (state.kind === 'backingOff' && state.error?.code === 'slow_down') onCrowdedOut();
    });
    const household = new Household(client, client.subscribe(event.eventId), event.limits);
    this.#open.add(household);
    return household;
  }

  #dissolve(household: Household): void {
    this.#open.delete(household);
    household.client.close();
  }
}

/** A client learns only that its socket did not open; here we also see that it was one too many. */
export function tellingWebSocket(onCrowdedOut: () => void): SocketConstructor {
  return class extends WebSocket {
    constructor(url: string, subprotocols: string[]) {
      super(url, subprotocols);
      this.on('error', ({ message }) => {
        if (message.endsWith(' 429')) onCrowdedOut();
      });
    }
  };
}

/** Whether its map has come; false where the server refuses the event. */
function isThere({ map }: Household): Promise<boolean> {
  return map.whenReady.then(
    () => true,
    () => false,
  );
}

/** The refusal behind an error; what is no refusal is a fault of ours and is thrown on. */
export function refusalOf(error: unknown): UsherError {
  if (error instanceof UsherError) return error;
  throw error;
}
