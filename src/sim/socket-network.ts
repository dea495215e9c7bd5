import type { FetchRequest, FetchResponse, Platform, SessionStore, SocketConstructor } from '../client/platform.js';
import type { Network } from './network.js';
import type { SeededRandom } from './seeded-random.js';
import type { SimNode } from './sim-node.js';
import { type Hearing, SocketLink, type Tap } from './socket-link.js';
import type { World } from './world.js';

/** Where a program with the SDK runs, as far as the network is concerned. */
export class Device {
  link: SocketLink | null = null;
  offlineUntilMs = 0;

  constructor(
    readonly eventId: string,
    readonly sessionStore: SessionStore,
    /** Its wall clock against the world's time. */
    readonly wallOffsetMs: number,
    readonly tap: Tap,
    /** Each id that the SDK draws. */
    readonly onId: (id: string) => void,
  ) {}
}

/** Of answers to requests for a token, those that never arrive while the network is lossy. */
const lostTokenRate = 0.05;
/** What a frame's size is multiplied with while it waits: in great halls it is greater. */
const frameWeights: readonly number[] = [1, 1_500, 5_000];
/** Of broken connections: who hears of it. */
const hearings: readonly Hearing[] = ['both', 'both', 'client', 'server', 'nobody'];

/** Between programs with the SDK and the gateways of nodes: WebSockets and requests for tokens. */
export class SocketNetwork {
  readonly #devices = new Set<Device>();

  constructor(
    private readonly world: World,
    private readonly random: SeededRandom,
    private readonly network: Network,
  ) {}

  get devices(): readonly Device[] {
    return [...this.#devices];
  }

  join(device: Device): void {
    this.#devices.add(device);
  }

  leave(device: Device): void {
    this.#devices.delete(device);
  }

  /** All that the SDK gets from the place where it runs. */
  platformOf(device: Device): Platform {
    const { world, random } = this;
    const nodeFor = (): SimNode | null => this.#nodeFor(device);
    const delayMs = (): number => this.network.delayMs();
    const webSocket: SocketConstructor = class extends SocketLink {
      constructor(_: string, [subprotocol = '']: string[]) {
        super(world, nodeFor(), delayMs, device.tap, subprotocol);
        device.link = this;
      }
    };
    return {
      webSocket,
      fetch: (_, request) => this.#openSession(device, request),
      sessionStore: device.sessionStore,
      clock: { monotonicMs: () => world.nowMs, wallMs: () => world.nowMs + device.wallOffsetMs },
      timers: {
        after: (delay, callback) => world.after(delay, callback),
        soon: (callback) => void world.after(0, callback),
      },
      random: {
        below: (bound) => random.below(bound),
        id: (length) => {
          const id = random.id(length);
          device.onId(id);
          return id;
        },
      },
    };
  }

  // ── what the weather does ──

  /** Every connection to the node ends, and not everybody hears of it. */
  cut(node: SimNode): void {
    for (const { link } of this.#devices) if (link?.isTo(node) === true) link.break(this.#hearing());
  }

  breakOne(device: Device): void {
    device.link?.break(this.#hearing());
  }

  /** No connection for that long; the one that there was ends without a word. */
  goOffline(device: Device, forMs: number): void {
    device.offlineUntilMs = this.world.nowMs + forMs;
    device.link?.break(this.random.chance(0.5) ? 'server' : 'nobody');
  }

  /** Reads nothing for a while. */
  slowDown(device: Device, forMs: number): void {
    device.link?.block(forMs, frameWeights[this.random.below(frameWeights.length)] as number);
  }

  /** All faults are over: what was broken shows, and everybody reads. */
  heal(): void {
    for (const device of this.#devices) {
      device.offlineUntilMs = 0;
      device.link?.clientNotices();
      device.link?.unblock();
    }
  }

  #hearing(): Hearing {
    return this.network.lossy ? (hearings[this.random.below(hearings.length)] as Hearing) : 'both';
  }

  #nodeFor(device: Device): SimNode | null {
    const places = this.network.places();
    if (places.length === 0 || this.world.nowMs < device.offlineUntilMs) return null;
    return this.network.nodeAt(places[this.random.below(places.length)] as number);
  }

  /** `POST /v1/sessions`. */
  #openSession(device: Device, { headers }: FetchRequest): Promise<FetchResponse> {
    const { world } = this;
    const node = this.#nodeFor(device);
    const bearer = headers['authorization'];
    return new Promise((resolve, reject) => {
      if (node === null) {
        world.after(this.network.delayMs(), () => reject(new TypeError('fetch failed')));
        return;
      }
      const answer = (): void => {
        const { guests } = node.gateway;
        const opened = bearer === undefined ? guests.open() : guests.renew(bearer);
        if (this.network.lossy && this.random.chance(lostTokenRate)) return;
        const response = opened === null ? responseOf(401, unauthorized) : responseOf(201, opened);
        world.after(this.network.delayMs(), () => resolve(response));
      };
      world.after(this.network.delayMs(), () => node.arrive(answer));
    });
  }
}

const unauthorized = { code: 'unauthorized', detail: 'Cannot renew the session' };

function responseOf(status: number, body: object): FetchResponse {
  return { status, headers: { get: () => null }, json: () => Promise.resolve(body) };
}
