import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { systemClock } from '../clock.js';
import { systemTimers, type Timer } from '../timers.js';

/** `up`: from the client to the target. */
export type Direction = 'up' | 'down';

interface Faults {
  readonly stalled: Set<Direction>;
  delayMs: number;
  bytesPerSecond: number;
}

/** Where a proxy listens. */
export interface ProxyAddress {
  readonly host: string;
  /** 0: the system chooses. */
  readonly port: number;
}

/** What one direction of a connection holds back; the sender is not read from while it is more. */
const heldBytesMax = 256 * 1024;

/** Stands between a client and its server (Redis, Postgres) and does to their connections what networks do. */
export class TcpFaultProxy {
  readonly #faults: Faults = { stalled: new Set(), delayMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY };
  readonly #pipes = new Set<Pipe>();
  #server: Server | null = null;
  #port: number;

  private constructor(
    private readonly targetPort: number,
    private readonly at: ProxyAddress,
  ) {
    this.#port = at.port;
  }

  /** @param targetPort on 127.0.0.1 */
  static async start(targetPort: number, at: ProxyAddress = { host: '127.0.0.1', port: 0 }): Promise<TcpFaultProxy> {
    const proxy = new TcpFaultProxy(targetPort, at);
    await proxy.#listen();
    return proxy;
  }

  /** It stays the same. */
  get port(): number {
    return this.#port;
  }

  /** New connections are refused from now on; those that there are go on. */
  refuse(): void {
    this.#server?.close();
    this.#server = null;
  }

  /** Ends all connections there are, and loses what they held. */
  cut(): void {
    for (const pipe of this.#pipes) pipe.destroy();
  }

  /** Nothing passes, not even that a side has ended. New connections are accepted. */
  stall(...directions: readonly Direction[]): void {
    for (const direction of directions.length === 0 ? (['up', 'down'] as const) : directions)
      this.#faults.stalled.add(direction);
    this.#changed();
  }

  /** Everything arrives later by this much, in each direction. */
  delay(delayMs: number): void {
    this.#faults.delayMs = delayMs;
  }

  /** Of each connection, in each direction. */
  limit(bytesPerSecond: number): void {
    this.#faults.bytesPerSecond = bytesPerSecond;
  }

  /** An end to all faults: what was held goes on its way. */
  async resume(): Promise<void> {
    this.#faults.stalled.clear();
    this.#faults.delayMs = 0;
    this.#faults.bytesPerSecond = Number.POSITIVE_INFINITY;
    this.#changed();
    if (this.#server === null) await this.#listen();
  }

  close(): void {
    this.refuse();
    this.cut();
  }

  async #listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
    this.#server = server;
    server.listen(this.#port, this.at.host);
    await once(server, 'listening');
    const address = server.address();
    if (address !== null && typeof address !== 'string') this.#port = address.port;
  }

  #accept(client: Socket): void {
    const target = connect({ port: this.targetPort, host: '127.0.0.1', allowHalfOpen: true });
    const pipes = [new Pipe('up', client, target, this.#faults), new Pipe('down', target, client, this.#faults)];
    for (const pipe of pipes) this.#pipes.add(pipe);
    for (const socket of [client, target]) {
      socket.setNoDelay(true);
      // Whatever went wrong, "close" follows.
      socket.on('error', () => undefined);
      socket.once('close', () => {
        for (const pipe of pipes) {
          this.#pipes.delete(pipe);
          pipe.destroy();
        }
      });
    }
  }

  #changed(): void {
    for (const pipe of this.#pipes) pipe.pass();
  }
}

interface Held {
  readonly bytes: Buffer;
  readonly arrivedMs: number;
}

/** One direction of a connection. */
class Pipe {
  readonly #held: Held[] = [];
  #heldBytes = 0;
  #hasEnded = false;
  #timer: Timer | null = null;
  #lastPassedMs = 0;
  #lastPassedBytes = 0;

  constructor(
    private readonly direction: Direction,
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly faults: Faults,
  ) {
    from.on('data', (bytes: Buffer) => {
      this.#held.push({ bytes, arrivedMs: systemClock.monotonicMs() });
      this.#heldBytes += bytes.length;
      this.pass();
    });
    from.on('end', () => {
      this.#hasEnded = true;
      this.pass();
    });
    to.on('drain', () => this.pass());
    this.pass();
  }

  /** Passes on what is due, and reads on while little is held. */
  pass(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.faults.stalled.has(this.direction)) {
      this.from.pause();
      return;
    }
    for (let next = this.#held[0]; next !== undefined && !this.to.writableNeedDrain; next = this.#held[0]) {
      const waitMs = this.#dueMs(next) - systemClock.monotonicMs();
      if (waitMs > 0) {
        this.#timer = systemTimers.after(waitMs, () => this.pass());
        break;
      }
      this.#write(next.bytes);
    }
    if (this.#hasEnded && this.#held.length === 0) this.to.end();
    if (this.#heldBytes > heldBytesMax) this.from.pause();
    else this.from.resume();
  }

  destroy(): void {
    this.#timer?.cancel();
    this.#held.length = 0;
    this.from.destroy();
    this.to.destroy();
  }

  #dueMs({ arrivedMs }: Held): number {
    const { delayMs, bytesPerSecond } = this.faults;
    return Math.max(arrivedMs + delayMs, this.#lastPassedMs + (this.#lastPassedBytes / bytesPerSecond) * 1000);
  }

  #write(bytes: Buffer): void {
    this.#held.shift();
    this.#heldBytes -= bytes.length;
    this.#lastPassedMs = systemClock.monotonicMs();
    this.#lastPassedBytes = bytes.length;
    this.to.write(bytes);
  }
}
