import type { Mail } from '../actor/mail.js';
import type { DownFrame, MyHoldsBody } from '../protocol/down.js';
import { wireCode } from '../protocol/codes.js';
import type { Command, Identity } from '../seatmap/command.js';
import { writeMail } from '../shard/requests.js';
import { type History, type Operation, record } from './history.js';
import type { Receiver } from './connection.js';
import type { Network } from './network.js';
import type { seededRandom } from './seeded-random.js';
import { Watcher } from './watcher.js';
import { Wishes } from './wishes.js';
import type { World } from './world.js';

const answerTimeoutMs = 5_000;
/** How far off the end of a hold may be for a client to wait for it. */
const raceWithinMs = 5_000;
/** About what a message takes: the command comes shortly before the end, at it, or shortly after. */
const raceHeadStartMs = 50;
const unknownEvent = wireCode('unknown_event');

/** A command that was sent. */
interface Attempt {
  readonly operation: Operation;
  readonly askedMs: number;
}

interface Way {
  readonly connection: number;
  readonly place: number;
}

/**
 * A buyer who is not always sensible: holds, extends, releases and confirms, sometimes what is not theirs or has ended,
 * sends a command again under its id when the outcome is unknown, and now and then when it is not. Sometimes an operator.
 * Some give several commands at once, and the next ones when all have their answers.
 */
export class SimClient implements Receiver {
  readonly watcher = new Watcher((map) => this.history.sightings.push({ ...map, atMs: this.world.nowMs }));
  readonly goesWhereSent = true;
  place = 0;
  /** Whatever it began to ask for: commands, old ones sent again, its holds, the map. Further attempts do not count. */
  begun = 0;
  #left = 0;
  /** Begun, and without a definite answer; to where each was sent last. */
  readonly #open = new Map<Operation, Way | null>();
  /** Of those, what is under way, by correlation. */
  readonly #awaited = new Map<number, Attempt>();
  #lastCommand = 0;
  #subscribing = -1;
  /** The question for its holds that is under way. */
  #asking = -1;
  #askedMs = 0;
  /** Of its holds, the one that ends next, when it last asked. */
  #nextEnd: { readonly holdId: string; readonly atMs: number } | null = null;
  /** It waits for the end of that hold, and then wants to be quicker. */
  #races = false;
  #connection = 0;
  readonly #wishes: Wishes;
  readonly #settledOperations: Operation[] = [];

  constructor(
    private readonly world: World,
    private readonly random: ReturnType<typeof seededRandom>,
    private readonly network: Network,
    private readonly history: History,
    readonly eventId: string,
    readonly holderId: string,
    seatCount: number,
    private readonly burstMax: number,
  ) {
    this.#wishes = new Wishes(random, history, seatCount);
    network.register(this);
  }

  /** All its operations were begun and it has stopped asking. */
  get idle(): boolean {
    return this.#left === 0;
  }

  /** Every operation has a definite answer. */
  get settled(): boolean {
    return this.#left === 0 && this.#open.size === 0;
  }

  get resumes(): boolean {
    return this.watcher.position !== null;
  }

  get position(): number {
    return this.watcher.position?.[1] ?? 0;
  }

  begin(operations: number): void {
    this.#left = operations;
    this.#connect();
    this.#soon();
  }

  onAnswer(correlation: number, frame: DownFrame): void {
    if (correlation === this.#asking) this.#onHolds(frame);
    const attempt = this.#awaited.get(correlation);
    if (attempt === undefined) return;
    this.#awaited.delete(correlation);
    const { operation, askedMs } = attempt;
    if (!record(operation, frame, askedMs, this.world.nowMs)) {
      this.#again([operation]);
      return;
    }
    this.#settledOperations.push(operation);
    this.#wishes.learn(operation.command, frame[0] === 4 ? frame[3] : null);
    this.#open.delete(operation);
    if (this.#open.size === 0) this.#soon();
  }

  #askForHolds(): void {
    this.begun += 1;
    const correlation = this.network.correlationFor(this);
    this.#asking = correlation;
    this.#askedMs = this.world.nowMs;
    const { eventId, holderId } = this;
    this.network.send(this, correlation, (writer) =>
      writeMail(writer, { kind: 'myHolds', correlation, eventId, reqId: 1, holderId }),
    );
  }

  #onHolds(frame: DownFrame): void {
    this.#asking = -1;
    if (frame[0] !== 4) return;
    const body = frame[3] as MyHoldsBody;
    const [askedMs, atMs] = [this.#askedMs, this.world.nowMs];
    this.history.reads.push({ holderId: this.holderId, position: frame[2], body, askedMs, atMs });
    const next = body.holds.toSorted((one, other) => one.expiresInMs - other.expiresInMs)[0];
    if (next !== undefined) this.#nextEnd = { holdId: next.holdId, atMs: this.world.nowMs + next.expiresInMs };
  }

  onSubscribed(correlation: number, frames: readonly DownFrame[]): void {
    if (correlation !== this.#subscribing) return;
    this.#subscribing = -1;
    for (const frame of frames) {
      if (frame[0] === 5 && frame[2] === unknownEvent) throw new Error('Cannot go on as the event is unknown');
      if (frame[0] === 5) this.#refused();
      else this.watcher.apply(frame);
    }
  }

  #refused(): void {
    const connection = this.#connection;
    this.world.afterAlone(300, () => {
      if (connection === this.#connection) this.#subscribe();
    });
  }

  onMap(frame: DownFrame): void {
    this.watcher.apply(frame);
  }

  /** The connection is gone: it finds another, and asks again for what it was waiting for. */
  onCut(): void {
    this.#connect();
    this.#giveUp([...this.#awaited.keys()]);
  }

  /** Finds somebody who listens; each connection subscribes once, so that its order starts anew with it. */
  #connect(): void {
    this.#connection += 1;
    this.#subscribing = -1;
    const connection = this.#connection;
    this.world.afterAlone(this.random.below(200), () => {
      if (connection !== this.#connection) return;
      const place = this.network.placeFor(this);
      if (place === null) {
        this.#connect();
        return;
      }
      this.place = place;
      if (this.random.chance(0.1)) this.watcher.forgetMap();
      this.#subscribe();
    });
  }

  #subscribe(): void {
    this.begun += 1;
    const connection = this.#connection;
    const correlation = this.network.correlationFor(this);
    this.#subscribing = correlation;
    const { position } = this.watcher;
    this.network.send(this, correlation, (writer) =>
      writeMail(writer, { kind: 'watch', correlation, eventId: this.eventId, reqId: 1, position }),
    );
    this.world.after(answerTimeoutMs, () => {
      if (this.#connection === connection && this.#subscribing === correlation) this.network.cutOne(this);
    });
  }

  #soon(): void {
    const endsInMs = (this.#nextEnd?.atMs ?? 0) - this.world.nowMs;
    this.#races = endsInMs > 0 && endsInMs < raceWithinMs && this.random.chance(0.5);
    if (this.#races) {
      this.world.afterAlone(endsInMs - this.random.below(raceHeadStartMs), () => this.#next());
      return;
    }
    this.world.afterAlone(this.random.below(this.random.chance(0.02) ? 30_000 : 400), () => this.#next());
  }

  #next(): void {
    if (this.#left === 0 || this.#open.size > 0) return;
    if (this.random.chance(0.15)) this.#askForHolds();
    const most = Math.min(this.#left, this.burstMax);
    const count = most === 1 ? 1 : this.random.between(1, most);
    for (let n = 0; n < count; n += 1) this.#open.set(this.#operation(), null);
    this.#left -= this.#open.size;
    this.begun += this.#open.size;
    this.#send([...this.#open.keys()]);
  }

  #operation(): Operation {
    const repeated = this.random.chance(0.05)
      ? this.#settledOperations[this.random.below(this.#settledOperations.length + 1)]
      : undefined;
    return repeated !== undefined && repeated.accepted.length > 0
      ? repeated
      : this.history.begin(this.#command(), this.world.nowMs);
  }

  /** Whoever waits for these any longer would wait for ever. */
  #giveUp(correlations: readonly number[]): void {
    const lost: Operation[] = [];
    for (const correlation of correlations) {
      const attempt = this.#awaited.get(correlation);
      if (attempt === undefined) continue;
      this.#awaited.delete(correlation);
      lost.push(attempt.operation);
    }
    if (lost.length > 0) this.#again(lost);
  }

  #again(operations: readonly Operation[]): void {
    this.world.afterAlone(50 + this.random.below(500), () => this.#send(operations));
  }

  /** All in one message, as a gateway packs what it reads in one turn. */
  #send(operations: readonly Operation[]): void {
    const askedMs = this.world.nowMs;
    const { eventId } = this;
    const way: Way = { connection: this.#connection, place: this.place };
    const mails = operations.map((operation): Mail => {
      const before = this.#open.get(operation) ?? way;
      // A client that is about to leave a node still sends to it.
      if (before.connection !== way.connection || before.place !== way.place) operation.hasStray = true;
      this.#open.set(operation, way);
      const correlation = this.network.correlationFor(this, operation);
      this.#awaited.set(correlation, { operation, askedMs });
      const { command } = operation;
      return { kind: 'command', correlation, eventId, reqId: 1, sessionId: 0, othersListen: false, command };
    });
    const correlations = mails.map(({ correlation }) => correlation);
    this.network.sendAll(this, correlations, (writer) => {
      for (const mail of mails) writeMail(writer, mail);
    });
    const waitsMs = this.network.isImpatient() ? this.random.below(30) : answerTimeoutMs;
    this.world.afterAlone(waitsMs, () => this.#giveUp(correlations));
  }

  #command(): Command {
    this.#lastCommand += 1;
    const n = this.#lastCommand;
    const identity: Identity = { holderId: this.holderId, commandId: `command-${n}`, payloadHash: n };
    if (this.#races && this.#nextEnd !== null) {
      const { holdId } = this.#nextEnd;
      this.#races = false;
      this.#nextEnd = null;
      return this.#wishes.race(identity, n, holdId);
    }
    if (this.random.chance(0.08)) return this.#wishes.asOperator(identity);
    return this.#wishes.next(identity, n);
  }
}
