import { type ConfirmBody, downNumbers, type HoldBody, type MyHoldsBody, type ReleaseBody } from '../protocol/down.js';
import type { Subprotocol } from '../protocol/subprotocols.js';
import { Commands } from './commands.js';
import { Connection, type UnaskedFrame } from './connection.js';
import type { ConnectionState } from './connection-state.js';
import { Listeners, type Stop } from './listeners.js';
import type { LiveSeatMap } from './live-seat-map.js';
import type { Platform } from './platform.js';
import { Session } from './session.js';
import { Subscription } from './subscription.js';

export interface UsherOptions {
  /** `ws://…/v1/live`: the event's `liveUrl`. */
  readonly liveUrl: string;
  /** `http://…/v1/sessions` on the web port or the live port. */
  readonly sessionsUrl: string;
  readonly platform: Platform;
  /** Default: `usher.v1.msgpack`. */
  readonly subprotocol?: Subprotocol;
  /** Names the program in the server's log. */
  readonly clientName?: string;
  /** How long a command is repeated while its outcome is unknown or the server is too busy. Default: 30,000. */
  readonly commandTimeoutMs?: number;
}

/** A holder's connection to Usher: live seat maps, and commands as promises that reject with `UsherError`. */
export interface UsherClient {
  readonly connectionState: ConnectionState;
  /** Also told of the state that it is in at the time. */
  onConnectionState(listener: (state: ConnectionState) => void): Stop;
  /** Follows an event. The same map for whoever asks again. */
  subscribe(eventId: string): LiveSeatMap;
  /** All of the seats, or none. `seats`: dense indexes in the event's chart. */
  hold(eventId: string, seats: readonly number[]): Promise<HoldBody>;
  /** Sets the time that is left to the event's full hold time again. */
  extend(eventId: string, holdId: string): Promise<HoldBody>;
  /** Gives seats back; without `seats` the whole hold. */
  release(eventId: string, holdId: string, seats?: readonly number[]): Promise<ReleaseBody>;
  /** Turns a hold into a booking. `orderRef`: 1–64 printable ASCII characters, the caller's name for the sale. */
  confirm(eventId: string, holdId: string, orderRef: string): Promise<ConfirmBody>;
  myHolds(eventId: string): Promise<MyHoldsBody>;
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
  readonly #platform: Platform;
  readonly #connection: Connection;
  readonly #commands: Commands;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #states = new Listeners<ConnectionState>();
  #closed = false;

  constructor(options: UsherOptions) {
    this.#platform = options.platform;
    this.#connection = new Connection({
      url: options.liveUrl,
      clientName: options.clientName ?? 'usher-client',
      subprotocol: options.subprotocol ?? 'usher.v1.msgpack',
      session: new Session(options.sessionsUrl, options.platform),
      platform: options.platform,
      events: {
        stateChanged: (state) => this.#stateChanged(state),
        frameArrived: (frame) => this.#frameArrived(frame),
      },
    });
    this.#commands = new Commands(
      this.#connection,
      options.platform,
      options.commandTimeoutMs ?? defaultCommandTimeoutMs,
      (news) => this.#subscriptions.get(news.eventId)?.accepted(news),
    );
  }

  get connectionState(): ConnectionState {
    return this.#connection.state;
  }

  onConnectionState(listener: (state: ConnectionState) => void): Stop {
    listener(this.#connection.state);
    return this.#states.add(listener);
  }

  subscribe(eventId: string): LiveSeatMap {
    const known = this.#subscriptions.get(eventId);
    if (known !== undefined) return known;
    const subscription = new Subscription({
      eventId,
      link: this.#connection,
      platform: this.#platform,
      // The answer goes to the subscription as every accepted command's does; without one nothing new is known.
      askMyHolds: () =>
        this.#commands.myHolds(eventId).then(
          () => {},
          () => {},
        ),
      onUnsubscribe: () => this.#subscriptions.delete(eventId),
    });
    this.#subscriptions.set(eventId, subscription);
    if (this.#closed) subscription.end();
    else if (this.#connection.ready) subscription.linkIsReady();
    return subscription;
  }

  hold(eventId: string, seats: readonly number[]): Promise<HoldBody> {
    return this.#commands.hold(eventId, seats);
  }

  extend(eventId: string, holdId: string): Promise<HoldBody> {
    return this.#commands.extend(eventId, holdId);
  }

  release(eventId: string, holdId: string, seats?: readonly number[]): Promise<ReleaseBody> {
    return this.#commands.release(eventId, holdId, seats ?? null);
  }

  confirm(eventId: string, holdId: string, orderRef: string): Promise<ConfirmBody> {
    return this.#commands.confirm(eventId, holdId, orderRef);
  }

  myHolds(eventId: string): Promise<MyHoldsBody> {
    return this.#commands.myHolds(eventId);
  }

  reconnect(): void {
    if (!this.#closed) this.#connection.open();
  }

  close(): void {
    this.#closed = true;
    this.#commands.close();
    for (const subscription of this.#subscriptions.values()) subscription.end();
    this.#connection.close();
  }

  /** Subscriptions come first, so that the map is under way when an answer to a repeated command arrives. */
  #stateChanged(state: ConnectionState): void {
    if (this.#connection.ready) {
      for (const subscription of this.#subscriptions.values()) subscription.linkIsReady();
      this.#commands.resume();
    } else {
      for (const subscription of this.#subscriptions.values()) subscription.linkIsLost();
    }
    this.#states.tell(state);
  }

  #frameArrived(frame: UnaskedFrame): void {
    const eventId = frame[0] === downNumbers.goAway ? frame[2].eventId : frame[1];
    if (eventId !== undefined) this.#subscriptions.get(eventId)?.frameArrived(frame);
  }
}
