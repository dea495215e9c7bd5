import assert from 'node:assert/strict';
import { must } from '../lib/must.js';
import type { AcceptedFrame, DownFrame } from '../protocol/down.js';
import { decodeMsgpack } from '../protocol/msgpack.js';
import { readDown } from '../protocol/read-down.js';
import type { PackedWriter } from '../shard/packed.js';
import { writeMail, writeUnwatch } from '../shard/requests.js';
import { type Asked, Connection, type Receiver } from './connection.js';
import type { Draw } from './draw.js';
import type { Operation } from './history.js';
import { Prober } from './prober.js';
import type { SeededRandom } from './seeded-random.js';
import type { ClientListener, SimNode } from './sim-node.js';
import type { SocketNetwork } from './socket-network.js';
import type { Sometimes } from './sometimes.js';
import type { Granted } from './store-link.js';
import { noteAnswer, noteDelta, noteResume } from './wire-situations.js';
import { ClientReferrals } from './cluster/client-referrals.js';
import type { World } from './world.js';

/** What the network needs to know of the world behind it. */
export interface Behind {
  headSeq(eventId: string): number;
  granted(node: SimNode, eventId: string): Granted | undefined;
  onFault(fault: 'loss' | 'repeat'): void;
  onDefiniteAnswer(node: SimNode, eventId: string, askedMs: number): void;
}

const resyncTimeoutMs = 3_000;
const longDelayRate = 0.005;
const longDelayFactor = 40;

/**
 * Between clients and nodes, and the part of a gateway that matters here: connections are in order, each dies with its node or
 * by itself, everything takes time, and what different clients send overtakes each other.
 */
export class Network {
  /** Whether messages are lost, repeated and late. */
  lossy = false;
  /** Those with the SDK; null: nobody has it. */
  sockets: SocketNetwork | null = null;
  readonly #nodes: SimNode[] = [];
  readonly #connections = new Map<Receiver, Connection>();
  /** By place, then by event: the event's topic there. */
  readonly #watching = new Map<number, Map<string, Set<Connection>>>();
  readonly #asked = new Map<number, Asked>();
  readonly #lastAttempts = new Map<Operation, Asked>();
  readonly #downDelayMs = (): number => this.delayMs();
  readonly #referrals: ClientReferrals;
  /** Bit 30, as requests over HTTP have it: a gateway's own are others. */
  #lastCorrelation = 0x4000_0000;

  constructor(
    private readonly world: World,
    private readonly random: SeededRandom,
    private readonly draw: Draw['network'],
    private readonly sometimes: Sometimes,
    private readonly behind: Behind,
  ) {
    this.#referrals = new ClientReferrals(random);
  }

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

  /** Where a client connects next: where it was sent, or anywhere; null: nobody listens. */
  placeFor(receiver: Receiver): number | null {
    return this.#referrals.placeFor(receiver, this.places());
  }

  placeOf(node: SimNode): number {
    return this.#nodes.indexOf(node);
  }

  register(receiver: Receiver): void {
    this.#connections.set(receiver, new Connection(this.world, receiver));
  }

  /** Takes a receiver out that asks no more. */
  unregister(receiver: Receiver): void {
    this.#leave(this.#of(receiver));
    this.#connections.delete(receiver);
  }

  receivers(): Receiver[] {
    return [...this.#connections.keys()];
  }

  /** Every connection to the place ends. */
  cut(place: number): void {
    const node = this.#nodes[place];
    if (node !== undefined) this.sockets?.cut(node);
    this.cutWriters(place);
  }

  /** The same, but for sockets. */
  cutWriters(place: number): void {
    for (const { receiver } of this.#connections.values()) if (receiver.place === place) this.cutOne(receiver);
  }

  /** This client's connection ends, and it hears of it. */
  cutOne(receiver: Receiver): void {
    this.#leave(this.#of(receiver));
    receiver.onCut();
  }

  /** Gone without a word: the gateway finds out, the client does not until it is back. */
  vanish(receiver: Receiver, forMs: number): void {
    const connection = this.#of(receiver);
    if (connection.vanished) return;
    this.#leave(connection);
    connection.vanished = true;
    this.world.after(forMs, () => this.#isBack(connection));
  }

  /** All who have vanished are back, and all who were slow have read. */
  heal(): void {
    this.sockets?.heal();
    for (const connection of this.#connections.values()) this.#isBack(connection);
  }

  #isBack(connection: Connection): void {
    if (!connection.vanished || !this.#connections.has(connection.receiver)) return;
    connection.vanished = false;
    this.cutOne(connection.receiver);
  }

  /** Who watches reads nothing for that long, deltas for it are dropped; then a snapshot of the published map takes their place. */
  slowDown(receiver: Receiver, forMs: number): void {
    const connection = this.#of(receiver);
    if (connection.slow || !this.#topic(receiver.place, receiver.eventId).has(connection)) return;
    connection.slow = true;
    const { generation } = connection;
    this.world.after(forMs, () => this.#resync(connection, generation));
  }

  #resync(connection: Connection, generation: number): void {
    if (connection.generation !== generation) return;
    const { receiver } = connection;
    const correlation = this.correlationFor(receiver);
    this.send(receiver, correlation, (writer) =>
      writeMail(writer, { kind: 'snapshot', correlation, eventId: receiver.eventId }),
    );
    // Lost, or asked of a node that died: asked again.
    this.world.after(resyncTimeoutMs, () => {
      if (connection.slow) this.#resync(connection, generation);
    });
  }

  /** The client stops waiting and asks again at once. */
  isImpatient(): boolean {
    if (!this.lossy || !this.random.chance(this.draw.repeatRate)) return false;
    this.behind.onFault('repeat');
    return true;
  }

  correlationFor(receiver: Receiver, operation: Operation | null = null): number {
    this.#lastCorrelation += 1;
    const connection = this.#of(receiver);
    const asked: Asked = {
      connection,
      generation: connection.generation,
      sentMs: this.world.nowMs,
      operation,
      before: operation === null ? null : (this.#lastAttempts.get(operation) ?? null),
      reachedMs: Number.POSITIVE_INFINITY,
      accepted: null,
    };
    if (operation !== null) this.#lastAttempts.set(operation, asked);
    this.#asked.set(this.#lastCorrelation, asked);
    return this.#lastCorrelation;
  }

  /** Client → node, in order on one connection. */
  send(receiver: Receiver, correlation: number, write: (writer: PackedWriter) => void): void {
    this.sendAll(receiver, [correlation], write);
  }

  /** The same for several requests in one message. */
  sendAll(receiver: Receiver, correlations: readonly number[], write: (writer: PackedWriter) => void): void {
    const connection = this.#of(receiver);
    const { generation } = connection;
    const { place } = receiver;
    if (connection.vanished || this.#isLost()) return;
    this.world.after(connection.upAtMs(this.delayMs()) - this.world.nowMs, () => {
      if (connection.generation !== generation) return;
      for (const correlation of correlations) {
        must(this.#asked.get(correlation), 'a request').reachedMs = this.world.nowMs;
      }
      this.nodeAt(place).receive(write);
    });
  }

  /** Node → clients. */
  listenerOf(place: number): ClientListener {
    return {
      onAnswer: (correlation, bytes) => this.#onAnswer(place, correlation, bytes),
      onSubscribed: (correlation, accepted, all) => this.#onSubscribed(place, correlation, accepted, all),
      onPublish: (eventId, bytes) => this.#onPublish(place, eventId, bytes),
      onSnapshot: (correlation, bytes) => this.#onSnapshot(place, correlation, bytes),
      onNotify: (eventId, holderId, _, bytes) => this.#onNotify(place, eventId, holderId, bytes),
      onElsewhere: (eventId, url) => {
        for (const connection of this.#topic(place, eventId)) this.#refer(connection, url);
      },
      onAskedElsewhere: ({ correlation }, url) => {
        const asked = this.#asked.get(correlation);
        if (asked?.generation === asked?.connection.generation && asked !== undefined)
          this.#refer(asked.connection, url);
      },
      onMoved: (eventId, owner) => assert.fail(`${eventId} is ${owner}'s`),
      onBounced: () => undefined,
      onShardLost: () => undefined,
    };
  }

  #onAnswer(place: number, correlation: number, bytes: Uint8Array): void {
    const asked = this.#asked.get(correlation);
    // Answered twice, or its asker has left for good.
    assert.ok(asked !== undefined, 'an answer to nobody, or a second one');
    this.#asked.delete(correlation);
    const { connection } = asked;
    const frame = this.#read(bytes, connection.receiver.eventId);
    noteAnswer(this.sometimes, frame, asked.operation?.command.kind ?? null);
    const unknown = frame[0] === 5 && frame[2].startsWith('503');
    if (!unknown) this.behind.onDefiniteAnswer(this.nodeAt(place), connection.receiver.eventId, asked.sentMs);
    if (frame[0] === 4 && asked.operation !== null) this.#accepted(place, asked, frame);
    if (this.#isLost()) return;
    connection.arrive(asked.generation, this.#downDelayMs, () => connection.receiver.onAnswer(correlation, frame));
  }

  /** What an accepted command tells of ids that are remembered. */
  #accepted(place: number, asked: Asked, frame: AcceptedFrame): void {
    const position = frame[2];
    asked.accepted = { position, atMs: this.world.nowMs };
    const { eventId } = asked.connection.receiver;
    const granted = this.behind.granted(this.nodeAt(place), eventId);
    if (granted !== undefined && position[0] < granted.epoch && asked.sentMs > granted.atMs) {
      this.sometimes.hit('answered again across epochs');
      if (granted.snapshotSeq >= position[1]) this.sometimes.hit('answered again after a restart from a snapshot');
    }
    const first = asked.before?.accepted;
    if (first === null || first === undefined) {
      // A confirm that came after another one was answered with that one's booking: its own id was never remembered.
      const remembered = asked.operation?.command.kind !== 'confirm';
      if (remembered && this.lossy && this.random.chance(this.draw.repeatRate)) this.#askOtherwise(place, asked);
      return;
    }
    assert.deepEqual(position, first.position, '[I7] a repeat was accepted at another position');
    if (asked.reachedMs < first.atMs) this.sometimes.hit('repeat answered while pending');
  }

  /** Somebody asks for something else under an id that was accepted. */
  #askOtherwise(place: number, { connection, operation }: Asked): void {
    const { eventId } = connection.receiver;
    const prober = new Prober(this, eventId, place, must(operation, 'a command').command, this.sometimes);
    prober.ask();
  }

  #onSubscribed(place: number, correlation: number, accepted: boolean, all: readonly Uint8Array[]): void {
    const { connection, generation } = must(this.#asked.get(correlation), 'a subscriber');
    this.#asked.delete(correlation);
    const { receiver } = connection;
    const frames = all.map((bytes) => this.#read(bytes, receiver.eventId));
    const connected = receiver.place === place && generation === connection.generation && !connection.vanished;
    if (!connected) {
      if (accepted) this.nodeAt(place).receive((writer) => writeUnwatch(writer, receiver.eventId));
      return;
    }
    if (accepted) {
      this.#topic(place, receiver.eventId).add(connection);
      this.nodeAt(place).joined(receiver.eventId, receiver.holderId);
    }
    noteResume(this.sometimes, frames, receiver.resumes);
    connection.arrive(generation, this.#downDelayMs, () => receiver.onSubscribed(correlation, frames));
  }

  #onPublish(place: number, eventId: string, bytes: Uint8Array): void {
    const topic = this.#topic(place, eventId);
    const frame = this.#read(bytes, eventId);
    let atMs = this.world.nowMs + this.delayMs();
    const to: { readonly connection: Connection; readonly generation: number }[] = [];
    for (const connection of topic) {
      if (connection.slow) continue;
      atMs = connection.deltaAtMs(atMs);
      to.push({ connection, generation: connection.generation });
    }
    for (const { connection } of to) connection.deltaLeft(atMs);
    if (to.length === 0) return;
    // One happening for all of them: each still gets its own frames in order.
    this.world.afterAlone(atMs - this.world.nowMs, () => {
      for (const { connection, generation } of to)
        if (connection.generation === generation) connection.receiver.onMap(frame);
    });
  }

  #onNotify(place: number, eventId: string, holderId: string, bytes: Uint8Array): void {
    for (const connection of this.#topic(place, eventId)) {
      const { receiver } = connection;
      if (receiver.holderId !== holderId || receiver.onNotice === undefined) continue;
      const frame = this.#read(bytes, eventId);
      connection.arrive(connection.generation, this.#downDelayMs, () => receiver.onNotice?.(frame));
    }
  }

  /** The client goes where it was sent, unless it has left already. */
  #refer(connection: Connection, url: string): void {
    const { receiver, generation } = connection;
    if (this.#referrals.refer(receiver, url))
      connection.arrive(generation, this.#downDelayMs, () => this.cutOne(receiver));
  }

  #onSnapshot(place: number, correlation: number, bytes: Uint8Array): void {
    const { connection, generation } = must(this.#asked.get(correlation), 'a slow reader');
    this.#asked.delete(correlation);
    if (connection.generation !== generation || !connection.slow || connection.receiver.place !== place) return;
    const frame = this.#read(bytes, connection.receiver.eventId);
    if (frame[0] !== 2) return;
    // What is published from here on follows the snapshot.
    connection.slow = false;
    this.sometimes.hit('slow watcher resynced');
    connection.arrive(generation, this.#downDelayMs, () => connection.receiver.onMap(frame));
  }

  #leave(connection: Connection): void {
    const { receiver } = connection;
    connection.generation += 1;
    connection.slow = false;
    if (this.#topic(receiver.place, receiver.eventId).delete(connection))
      this.#nodes[receiver.place]?.left(receiver.eventId, receiver.holderId);
  }

  #topic(place: number, eventId: string): Set<Connection> {
    let topics = this.#watching.get(place);
    if (topics === undefined) this.#watching.set(place, (topics = new Map()));
    let topic = topics.get(eventId);
    if (topic === undefined) topics.set(eventId, (topic = new Set()));
    return topic;
  }

  #of(receiver: Receiver): Connection {
    return must(this.#connections.get(receiver), 'a connection');
  }

  #isLost(): boolean {
    if (!this.lossy || !this.random.chance(this.draw.lossRate)) return false;
    this.behind.onFault('loss');
    return true;
  }

  /** What a message takes. */
  delayMs(): number {
    if (!this.lossy) return 1;
    const delayMs = this.random.below(this.draw.delayMs);
    return this.random.chance(longDelayRate) ? delayMs * longDelayFactor : delayMs;
  }

  #read(bytes: Uint8Array, eventId: string): DownFrame {
    this.world.noteBytes(bytes);
    const frame = must(readDown(decodeMsgpack(bytes)), 'a frame of the wire');
    const headSeq = this.behind.headSeq(eventId);
    if (frame[0] === 2) assert.ok(frame[2][1] <= headSeq, '[I10] a snapshot shows what is not committed');
    if (frame[0] === 3) assert.ok(frame[4] <= headSeq, '[I10] a delta shows what is not committed');
    if (frame[0] === 4) assert.ok(frame[2][1] <= headSeq, '[I10] an answer rests on what is not committed');
    noteDelta(this.sometimes, frame);
    return frame;
  }
}
