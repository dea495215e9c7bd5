import type { Timer } from '../lib/timers.js';
import { downNumbers, type GoAwayFrame } from '../protocol/down.js';
import { type BackOff, fullJitterMs } from './back-off.js';
import type { Connection, ConnectionEvents, FrameOf, UnaskedFrame } from './connection.js';
import type { ConnectionState } from './connection-state.js';
import type { Platform } from './platform.js';
import type { Answer } from './requests.js';
import type { CommandLink } from './running-command.js';

const backOff: BackOff = { firstMs: 500, capMs: 30_000 };

export interface EventLinkOptions {
  readonly main: CommandLink;
  readonly platform: Platform;
  /** A connection to that address, not opened yet. */
  connect(url: string, events: ConnectionEvents): Connection;
  /** What is asked from here on goes another way. */
  moved(): void;
  /** From the detour. */
  frameArrived(frame: UnaskedFrame): void;
}

/**
 * The way to one event: the client's main connection, or one of its own to the node that serves it, where the server said so
 * because its nodes cannot reach each other.
 *
 *   main ── go away, with an address ──► waiting ──► dialling ── live ──► detour
 *     ▲                                                 │                   │
 *     └────────── it failed, or sent us away ───────────┴───────────────────┘
 *
 * Until the detour is live everything goes by the main connection.
 */
export class EventLink implements CommandLink {
  readonly #options: EventLinkOptions;
  #waiting: Timer | null = null;
  #detour: Connection | null = null;
  #isDetoured = false;
  #failures = 0;

  constructor(options: EventLinkOptions) {
    this.#options = options;
  }

  get ready(): boolean {
    return this.#current.ready;
  }

  get isDetoured(): boolean {
    return this.#isDetoured;
  }

  request(frameOf: FrameOf, onAnswer: (answer: Answer) => void): void {
    this.#current.request(frameOf, onAnswer);
  }

  /** The server names the node that serves the event. Returns whether that is an address to go to. */
  refer({ url, retryAfterMs }: GoAwayFrame[2]): boolean {
    if (url === undefined || !/^wss?:\/\//.test(url)) return false;
    if (this.#waiting !== null || this.#detour !== null) return true;
    const { timers, random } = this.#options.platform;
    const againMs = this.#failures === 0 ? 0 : fullJitterMs(backOff, this.#failures, random);
    this.#waiting = timers.after(retryAfterMs + againMs, () => this.#dial(url));
    return true;
  }

  /** The event is of no more interest, or the client ends. */
  close(): void {
    this.#waiting?.cancel();
    this.#waiting = null;
    this.#leaveDetour();
  }

  get #current(): CommandLink {
    return this.#isDetoured && this.#detour !== null ? this.#detour : this.#options.main;
  }

  #dial(url: string): void {
    this.#waiting = null;
    const detour = this.#options.connect(url, {
      stateChanged: (state) => {
        if (this.#detour === detour) this.#stateChanged(state);
      },
      frameArrived: (frame) => {
        if (this.#detour === detour) this.#frameArrived(frame);
      },
    });
    this.#detour = detour;
    detour.open();
  }

  #stateChanged({ kind }: ConnectionState): void {
    if (kind === 'live') {
      this.#failures = 0;
      this.#isDetoured = true;
      this.#options.moved();
    } else if (kind === 'backingOff' || kind === 'closed') {
      this.#comeBack();
    }
  }

  #frameArrived(frame: UnaskedFrame): void {
    if (frame[0] === downNumbers.goAway) this.#comeBack();
    else this.#options.frameArrived(frame);
  }

  #comeBack(): void {
    const wasDetoured = this.#isDetoured;
    this.#failures += 1;
    this.#leaveDetour();
    if (wasDetoured) this.#options.moved();
  }

  /** What is under way there is lost: whoever asked asks again. */
  #leaveDetour(): void {
    const detour = this.#detour;
    this.#detour = null;
    this.#isDetoured = false;
    detour?.close();
  }
}
