import type { DownFrame } from '../protocol/down.js';
import type { Operation } from './history.js';
import type { World } from './world.js';

/** What a client gets from the place that it is connected to. */
export interface Receiver {
  readonly holderId: string;
  readonly eventId: string;
  readonly place: number;
  /** It has a map, and asks for what came since. */
  readonly resumes: boolean;
  /** It goes to the node that it is told serves its event. */
  readonly goesWhereSent?: boolean;
  onAnswer(correlation: number, frame: DownFrame): void;
  onMap(frame: DownFrame): void;
  /** Subscribed: what follows belongs to a new order. */
  onSubscribed(correlation: number, frames: readonly DownFrame[]): void;
  /** Frame 6 or 9. */
  onNotice?(frame: DownFrame): void;
  onCut(): void;
}

/** What a place sends to a client in one step arrives together, as a gateway corks it. */
interface Piece {
  readonly step: number;
  readonly generation: number;
  readonly works: (() => void)[];
}

/** Messages of one connection are at least this far apart. */
const orderMs = 1;

/** A client's connection, or the one after it: what was sent on an older one is gone. Each way it keeps its order. */
export class Connection {
  generation = 0;
  /** Its packets go nowhere, and it does not know. */
  vanished = false;
  /** Reads too slowly: deltas are held back until it is resynced by a snapshot. */
  slow = false;
  #lastUpMs = 0;
  #lastDownMs = 0;
  /** The latest piece on its way to the client; null: a delta has left since. */
  #piece: Piece | null = null;

  constructor(
    private readonly world: World,
    readonly receiver: Receiver,
  ) {}

  /** When a message that leaves now and takes so long is at the node. */
  upAtMs(delayMs: number): number {
    this.#lastUpMs = Math.max(this.world.nowMs + delayMs, this.#lastUpMs + orderMs);
    return this.#lastUpMs;
  }

  /** The earliest time at which a delta can be at the client, if it takes no longer than `atMs`. */
  deltaAtMs(atMs: number): number {
    return Math.max(atMs, this.#lastDownMs + orderMs);
  }

  /** A delta that will be at the client then has left. */
  deltaLeft(atMs: number): void {
    this.#lastDownMs = atMs;
    this.#piece = null;
  }

  /** Node → client. It is lost with the connection that it was sent on. */
  arrive(generation: number, delayMs: () => number, work: () => void): void {
    const step = this.world.steps;
    if (this.#piece?.step === step && this.#piece.generation === generation) {
      this.#piece.works.push(work);
      return;
    }
    const works = [work];
    this.#piece = { step, generation, works };
    this.#lastDownMs = Math.max(this.world.nowMs + delayMs(), this.#lastDownMs + orderMs);
    this.world.afterAlone(this.#lastDownMs - this.world.nowMs, () => {
      for (const each of works) if (this.generation === generation) each();
    });
  }
}

/** A request that went up. */
export interface Asked {
  readonly connection: Connection;
  readonly generation: number;
  readonly sentMs: number;
  readonly operation: Operation | null;
  /** The attempt before this one, of the same operation. */
  readonly before: Asked | null;
  reachedMs: number;
  accepted: { readonly position: readonly [number, number]; readonly atMs: number } | null;
}
