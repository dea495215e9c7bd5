import assert from 'node:assert/strict';
import type { DownFrame } from '../protocol/down.js';
import { readDown } from '../protocol/read-down.js';
import { decodeMsgpack } from '../protocol/msgpack.js';
import { must } from '../lib/must.js';
import type { ShardListener } from '../shard/port.js';
import { writeUnwatch } from '../shard/requests.js';
import type { seededRandom } from './seeded-random.js';
import type { SimNode } from './sim-node.js';
import type { World } from './world.js';

/** What a client gets from the place that it is connected to. */
export interface Receiver {
  readonly holderId: string;
  readonly place: number;
  onAnswer(correlation: number, frame: DownFrame): void;
  onMap(frame: DownFrame): void;
  /** Subscribed: what follows belongs to a new order. */
  onSubscribed(correlation: number, frames: readonly DownFrame[]): void;
  onCut(): void;
}

/**
 * Between clients and nodes, and the part of a gateway that matters here: connections are in order, each dies with its node or
 * by itself, and everything takes time.
 */
export class Network {
  lossy = false;
  readonly #nodes: SimNode[] = [];
  readonly #receivers = new Set<Receiver>();
  readonly #watching: Set<Receiver>[] = [];
  /** Connections of a place so far: what was sent on an older one is gone. */
  readonly #generation: number[] = [];
  readonly #lastDeliveryMs: number[] = [];
  readonly #owners = new Map<number, { readonly receiver: Receiver; readonly generation: number | undefined }>();
  #lastCorrelation = 0;

  constructor(
    private readonly world: World,
    private readonly random: ReturnType<typeof seededRandom>,
    private readonly eventId: string,
    private readonly headSeq: () => number,
  ) {}

  place(place: number, node: SimNode): void {
    this.cut(place);
    this.#nodes[place] = node;
  }

  nodeAt(place: number): SimNode {
    return must(this.#nodes[place], 'a node');
  }

  /** Where somebody listens. */
  places(): number[] {
    return this.#nodes.flatMap((node, place) => (node.alive ? [place] : []));
  }

  placeOf(node: SimNode): number {
    return this.#nodes.indexOf(node);
  }

  register(receiver: Receiver): void {
    this.#receivers.add(receiver);
  }

  /** Every connection to the place ends. */
  cut(place: number): void {
    this.#generation[place] = (this.#generation[place] ?? 0) + 1;
    const watching = this.#watching[place] ?? new Set();
    const node = this.#nodes[place];
    for (const _ of watching) node?.receive((writer) => writeUnwatch(writer, this.eventId));
    this.#watching[place] = new Set();
    for (const receiver of this.#receivers) if (receiver.place === place) receiver.onCut();
  }

  correlationFor(receiver: Receiver): number {
    this.#lastCorrelation += 1;
    this.#owners.set(this.#lastCorrelation, { receiver, generation: this.#generation[receiver.place] });
    return this.#lastCorrelation;
  }

  /** Client → node, in order on one connection. */
  send(place: number, write: Parameters<SimNode['receive']>[0]): void {
    const generation = this.#generation[place];
    this.#inOrder(place, () => {
      if (this.#generation[place] === generation) this.nodeAt(place).receive(write);
    });
  }

  /** Node → clients. */
  listenerOf(place: number): ShardListener {
    const arrive = (work: () => void): void => {
      const generation = this.#generation[place];
      this.#inOrder(place, () => {
        if (this.#generation[place] === generation) work();
      });
    };
    return {
      onAnswer: (correlation, bytes) => {
        const frame = this.#read(bytes);
        arrive(() => this.#owners.get(correlation)?.receiver.onAnswer(correlation, frame));
      },
      onSubscribed: (correlation, accepted, all) => {
        const frames = all.map((bytes) => this.#read(bytes));
        const { receiver, generation } = must(this.#owners.get(correlation), 'a subscriber');
        const connected = receiver.place === place && generation === this.#generation[place];
        if (accepted && connected) must(this.#watching[place], 'a topic').add(receiver);
        else if (accepted) this.nodeAt(place).receive((writer) => writeUnwatch(writer, this.eventId));
        if (!connected) return;
        arrive(() => receiver.onSubscribed(correlation, frames));
      },
      onPublish: (_eventId, bytes) => {
        const frame = this.#read(bytes);
        const watching = [...must(this.#watching[place], 'a topic')];
        arrive(() => {
          for (const receiver of watching) receiver.onMap(frame);
        });
      },
      onNotify: () => undefined,
      onSnapshot: () => undefined,
      onShardLost: () => undefined,
    };
  }

  #inOrder(place: number, work: () => void): void {
    const delayMs = this.lossy ? this.random.below(30) : 1;
    const atMs = Math.max(this.world.nowMs + delayMs, (this.#lastDeliveryMs[place] ?? 0) + 0.001);
    this.#lastDeliveryMs[place] = atMs;
    this.world.after(atMs - this.world.nowMs, work);
  }

  #read(bytes: Uint8Array): DownFrame {
    const frame = must(readDown(decodeMsgpack(bytes.slice())), 'a frame of the wire');
    this.world.note(JSON.stringify(frame));
    if (frame[0] === 2) assert.ok(frame[2][1] <= this.headSeq(), '[I10] a snapshot shows what is not committed');
    if (frame[0] === 3) assert.ok(frame[4] <= this.headSeq(), '[I10] a delta shows what is not committed');
    if (frame[0] === 4) assert.ok(frame[2][1] <= this.headSeq(), '[I10] an answer rests on what is not committed');
    return frame;
  }
}
