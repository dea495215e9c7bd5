import type { ConfirmBody, HoldBody, MyHoldsBody, ReleaseBody } from '../protocol/down.js';
import { downNumbers } from '../protocol/down.js';
import type { Subprotocol } from '../protocol/subprotocols.js';
import { type BestWish, type CommandOptions, Commands } from './commands.js';
import { Connection, type ConnectionEvents, type UnaskedFrame } from './connection.js';
import type { ConnectionState } from './connection-state.js';
import { completePlatform } from './default-platform.js';
import { EventLink } from './event-link.js';
import { Listeners, type Stop } from './listeners.js';
import type { LiveSeatMap } from './live-seat-map.js';
import { type OwnBooking, readOwnBookings } from './own-bookings.js';
import type { AbortSignalLike, Platform } from './platform.js';
import { Session } from './session.js';
import { Subscription } from './subscription.js';

// The package's one entry, `usher/client`: what a program needs beside `connectUsher`.
export type { Code } from '../protocol/codes.js';
export type { ConfirmBody, EndReason, HoldBody, LiveHold, MyHoldsBody, ReleaseBody } from '../protocol/down.js';
export type { Position } from '../protocol/up.js';
export {
  type AreaShape,
  type CatalogueOptions,
  type Chart,
  type ChartArea,
  type ChartCategory,
  type ChartPoint,
  type ChartRow,
  type ChartSeat,
  type ChartSection,
  type EventDetails,
  listEvents,
  readChart,
  readEvent,
} from './catalogue.js';
export type { ClosedReason, ConnectionState } from './connection-state.js';
export type { Stop } from './listeners.js';
export type { LiveArea } from './live-areas.js';
export type { HoldEnded, LiveSeatMap } from './live-seat-map.js';
export {
  type AbortSignalLike,
  type Fetch,
  type FetchRequest,
  type FetchResponse,
  memorySessionStore,
  type Platform,
  type SessionStore,
  type Socket,
  type SocketConstructor,
  type StoredSession,
} from './platform.js';
export type { OwnHold, SeatMapChange, SeatState } from './seat-map-model.js';
export { UsherError } from './usher-error.js';
export type { BestWish, CommandOptions, OwnBooking, Subprotocol };

/** Beyond the two addresses everything has a default; what a `Platform` has is for other places than browsers and Node. */
export interface UsherOptions extends Partial<Platform> {
  /** `ws://…/v1/live`: the event's `liveUrl`. */
  readonly liveUrl: string;
  /** `http://…/v1/sessions` on the web port or the live port. */
  readonly sessionsUrl: string;
  /** Default: `usher.v1.msgpack`. */
  readonly subprotocol?: Subprotocol;
  /** Names the program in the server's log. */
  readonly clientName?: string;
  /** How long a command is repeated while its outcome is unknown or the server is too busy. Default: 30,000. */
  readonly commandTimeoutMs?: number;
}

/**
 * A holder's connection to Usher: live seat maps, and commands as promises that reject with `UsherError`. In Node it keeps the
 * program alive until it is closed.
 */
export interface UsherClient {
  readonly connectionState: ConnectionState;
  /** Who holds and books here; null before the first connection. An integrator needs it to confirm. */
  readonly holderId: string | null;
  /** Also told of the state that it is in at the time. */
  onConnectionState(listener: (state: ConnectionState) => void): Stop;
  /** Follows an event. The same map for whoever asks again. */
  subscribe(eventId: string): LiveSeatMap;
  /** All of the seats, or none. `seats`: dense indexes in the event's chart. */
  hold(eventId: string, seats: readonly number[], options?: CommandOptions): Promise<HoldBody>;
  /** Whichever seats are best. `not_available` may offer others in `alternatives`. */
  holdBest(eventId: string, wish: BestWish, options?: CommandOptions): Promise<HoldBody>;
  /** Places of a general-admission area. */
  holdArea(eventId: string, area: string, quantity: number, options?: CommandOptions): Promise<HoldBody>;
  /** Sets the time that is left to the event's full hold time again. */
  extend(eventId: string, holdId: string, options?: CommandOptions): Promise<HoldBody>;
  /** Gives back these seats, or so many places of an area; without `what` the whole hold. */
  release(
    eventId: string,
    holdId: string,
    what?: readonly number[] | { readonly quantity: number },
    options?: CommandOptions,
  ): Promise<ReleaseBody>;
  /** Turns a hold into a booking. `orderRef`: 1–64 printable ASCII characters, the caller's name for the sale. */
  confirm(eventId: string, holdId: string, orderRef: string, options?: CommandOptions): Promise<ConfirmBody>;
  myHolds(eventId: string, options?: { readonly signal?: AbortSignalLike }): Promise<MyHoldsBody>;
  /** What this holder has booked, of all events. */
  myBookings(): Promise<readonly OwnBooking[]>;
  /**
   * Connects now: after the server closed for good (`forbidden`, `replaced`), or before a back-off is over, as when the
   * machine is online again. A live connection is asked for a sign of life.
   */
  reconnect(): void;
  /** Ends everything; commands that still run are rejected. */
  close(): void;
}

const defaultCommandTimeoutMs = 30_000;

export function connectUsher(options: UsherOptions): UsherClient {
  const client = new Client(options);
  client.reconnect();
  return client;
}

class Client implements UsherClient {
  readonly #options: UsherOptions;
  readonly #platform: Platform;
  readonly #session: Session;
  readonly #connection: Connection;
  readonly #commands: Commands;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #links = new Map<string, EventLink>();
  readonly #states = new Listeners<ConnectionState>();
  #closed = false;

  constructor(options: UsherOptions) {
    this.#options = options;
    this.#platform = completePlatform(options);
    this.#session = new Session(options.sessionsUrl, this.#platform);
    this.#connection = this.#connect(options.liveUrl, {
      stateChanged: (state) => this.#stateChanged(state),
      frameArrived: (frame) => this.#frameArrived(frame),
    });
    this.#commands = new Commands(
      (eventId) => this.#linkOf(eventId),
      this.#platform,
      options.commandTimeoutMs ?? defaultCommandTimeoutMs,
      (news) => this.#subscriptions.get(news.eventId)?.accepted(news),
    );
  }

  get connectionState(): ConnectionState {
    return this.#connection.state;
  }

  get holderId(): string | null {
    return this.#connection.holderId;
  }

  onConnectionState(listener: (state: ConnectionState) => void): Stop {
    listener(this.#connection.state);
    return this.#states.add(listener);
  }

  subscribe(eventId: string): LiveSeatMap {
    const known = this.#subscriptions.get(eventId);
    if (known !== undefined) return known;
    const link = this.#linkOf(eventId);
    const subscription = new Subscription({
      eventId,
      link,
      platform: this.#platform,
      // The answer goes to the subscription as every accepted command's does; without one nothing new is known.
      askMyHolds: () =>
        this.#commands.myHolds(eventId).then(
          () => {},
          () => {},
        ),
      onUnsubscribe: () => this.#unsubscribed(eventId),
    });
    this.#subscriptions.set(eventId, subscription);
    if (this.#closed) subscription.end();
    else if (link.ready) subscription.linkIsReady();
    return subscription;
  }

  hold(eventId: string, seats: readonly number[], options?: CommandOptions): Promise<HoldBody> {
    return this.#commands.hold(eventId, seats, options);
  }

  holdBest(eventId: string, wish: BestWish, options?: CommandOptions): Promise<HoldBody> {
    return this.#commands.holdBest(eventId, wish, options);
  }

  holdArea(eventId: string, area: string, quantity: number, options?: CommandOptions): Promise<HoldBody> {
    return this.#commands.holdArea(eventId, area, quantity, options);
  }

  extend(eventId: string, holdId: string, options?: CommandOptions): Promise<HoldBody> {
    return this.#commands.extend(eventId, holdId, options);
  }

  release(
    eventId: string,
    holdId: string,
    what?: readonly number[] | { readonly quantity: number },
    options?: CommandOptions,
  ): Promise<ReleaseBody> {
    return this.#commands.release(eventId, holdId, what, options);
  }

  confirm(eventId: string, holdId: string, orderRef: string, options?: CommandOptions): Promise<ConfirmBody> {
    return this.#commands.confirm(eventId, holdId, orderRef, options);
  }

  myHolds(eventId: string, options?: { readonly signal?: AbortSignalLike }): Promise<MyHoldsBody> {
    return this.#commands.myHolds(eventId, options);
  }

  myBookings(): Promise<readonly OwnBooking[]> {
    return readOwnBookings(this.#options.liveUrl, this.#session, this.#platform);
  }

  reconnect(): void {
    if (!this.#closed) this.#connection.open();
  }

  close(): void {
    this.#closed = true;
    this.#commands.close();
    for (const subscription of this.#subscriptions.values()) subscription.end();
    for (const link of this.#links.values()) link.close();
    this.#connection.close();
    this.#session.close();
  }

  #connect(url: string, events: ConnectionEvents): Connection {
    const { clientName = 'usher-client', subprotocol = 'usher.v1.msgpack' } = this.#options;
    return new Connection({ url, clientName, subprotocol, session: this.#session, platform: this.#platform, events });
  }

  #linkOf(eventId: string): EventLink {
    const known = this.#links.get(eventId);
    if (known !== undefined) return known;
    const link = new EventLink({
      main: this.#connection,
      platform: this.#platform,
      connect: (url, events) => this.#connect(url, events),
      moved: () => this.#moved(eventId),
      frameArrived: (frame) => this.#subscriptions.get(eventId)?.frameArrived(frame),
    });
    this.#links.set(eventId, link);
    return link;
  }

  /** The event is to be had by another connection from now on; the main one is not to send it any more. */
  #moved(eventId: string): void {
    const subscription = this.#subscriptions.get(eventId);
    const link = this.#linkOf(eventId);
    if (subscription !== undefined && link.isDetoured && this.#connection.ready) {
      this.#connection.request(
        (reqId) => ({ kind: 'unsubscribe', reqId, eventId }),
        () => {},
      );
    }
    subscription?.linkIsLost();
    if (link.ready) subscription?.linkIsReady();
    this.#commands.resume();
  }

  #unsubscribed(eventId: string): void {
    this.#subscriptions.delete(eventId);
    this.#links.get(eventId)?.close();
    this.#commands.resume();
  }

  /** Subscriptions come first, so that the map is under way when an answer to a repeated command arrives. */
  #stateChanged(state: ConnectionState): void {
    const { ready } = this.#connection;
    for (const subscription of this.#subscriptions.values()) {
      if (this.#linkOf(subscription.eventId).isDetoured) continue;
      if (ready) subscription.linkIsReady();
      else subscription.linkIsLost();
    }
    if (ready) this.#commands.resume();
    this.#states.tell(state);
  }

  #frameArrived(frame: UnaskedFrame): void {
    const eventId = frame[0] === downNumbers.goAway ? frame[2].eventId : frame[1];
    if (eventId === undefined || this.#linkOf(eventId).isDetoured) return;
    if (frame[0] === downNumbers.goAway && this.#linkOf(eventId).refer(frame[2])) return;
    this.#subscriptions.get(eventId)?.frameArrived(frame);
  }
}
