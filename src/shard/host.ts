import { Worker } from 'node:worker_threads';
import type { LeaseReading } from '../actor/actor-time.js';
import type { CommandRequest, Correlation, MyHoldsRequest, WatchRequest } from '../actor/mail.js';
import type { Limits } from '../config/limits.js';
import type { Clock } from '../lib/clock.js';
import { must } from '../lib/must.js';
import { threadVersion } from '../lib/thread-version.js';
import type { Timer, Timers } from '../lib/timers.js';
import type { Log } from '../observability/log.js';
import type { ShardStats } from '../observability/stats.js';
import { deliver } from './answers.js';
import type { EventDescription, FromShard, ToShard } from './messages.js';
import { PackedWriter } from './packed.js';
import { shardOf } from './placement.js';
import type { OwnershipListener, ShardListener, ShardPort } from './port.js';
import { writeMail, writeRewatch, writeUnwatch } from './requests.js';
import type { ShardWorkerData } from './worker.js';

export interface ShardHostOptions extends Omit<ShardWorkerData, 'shard' | 'threadVersion'> {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly limits: Limits;
  readonly log: Log;
}

/** Until its first heartbeat a thread reads its program, perhaps on a busy machine: to end it for that would never end. */
const startMaxMs = 30_000;
/** A thread that ended sooner than this after its start would do so again at once. */
const restartDelayMs = 1_000;

type Answer = EventDescription | ShardStats | readonly string[] | boolean | null;

/** A shard's thread as the main thread knows it. */
interface Thread {
  readonly worker: Worker;
  readonly writer: PackedWriter;
  readonly startedMs: number;
  lastBeatMs: number;
  silenceMaxMs: number;
  state: 'serving' | 'closing' | 'gone';
  readonly asked: Map<number, { resolve(answer: Answer): void; timer: Timer }>;
}

/**
 * The shards' threads, from the main thread: packs what the gateway asks of them, hands it their answers, and starts a thread
 * anew that crashed or fell silent. What such a thread had not answered is unknown; its watchers go on from a snapshot.
 */
export class ShardHost implements ShardPort {
  readonly #threads: Thread[] = [];
  #listener: (ShardListener & OwnershipListener) | null = null;
  #reading: LeaseReading | null = null;
  #lastQuestion = 0;
  #closing = false;
  readonly #restarts: number[];

  constructor(
    private readonly options: ShardHostOptions,
    /** Sockets that watch each event, as the gateway counts them: what a new thread must be told. */
    private readonly watchers: () => Iterable<readonly [eventId: string, watchers: number]>,
  ) {
    this.#restarts = Array.from({ length: options.shards }, () => 0);
  }

  start(listener: ShardListener & OwnershipListener): void {
    this.#listener = listener;
    for (let shard = 0; shard < this.options.shards; shard += 1) this.#threads.push(this.#spawn(shard));
    this.#watchSilence();
  }

  // ── the gateway's requests ──

  command(request: CommandRequest): void {
    writeMail(this.#writerOf(request.eventId), { kind: 'command', ...request });
  }

  myHolds(request: MyHoldsRequest): void {
    writeMail(this.#writerOf(request.eventId), { kind: 'myHolds', ...request });
  }

  watch(request: WatchRequest): void {
    writeMail(this.#writerOf(request.eventId), { kind: 'watch', ...request });
  }

  unwatch(eventId: string): void {
    writeUnwatch(this.#writerOf(eventId), eventId);
  }

  snapshot(correlation: Correlation, eventId: string): void {
    writeMail(this.#writerOf(eventId), { kind: 'snapshot', correlation, eventId });
  }

  /** This many sockets watch the event, beside those that its shard knows of; an event that is watched is woken. */
  rewatch(eventId: string, watchers: number): void {
    writeRewatch(this.#writerOf(eventId), eventId, watchers);
  }

  // ── the node's ──

  leaseRenewed(reading: LeaseReading): void {
    this.#reading = reading;
    for (const thread of this.#threads) tell(thread, { kind: 'lease', reading });
  }

  /** Null: no actor of the event is awake, or its thread does not answer. */
  describe(eventId: string): Promise<EventDescription | null> {
    const thread = this.#threadOf(eventId);
    return this.#ask(thread, (id) => ({ kind: 'describe', id, eventId })) as Promise<EventDescription | null>;
  }

  async stats(): Promise<ShardStats[]> {
    const all = await Promise.all(
      this.#threads.map((thread) => this.#ask(thread, (id) => ({ kind: 'stats', id })) as Promise<ShardStats | null>),
    );
    return all.flatMap((stats, shard) =>
      stats === null ? [] : [{ ...stats, restarts: this.#restarts[shard] as number }],
    );
  }

  /** Events that are awake on this node. */
  async eventIds(): Promise<readonly string[]> {
    const all = await Promise.all(this.#threads.map((thread) => this.#ask(thread, (id) => ({ kind: 'events', id }))));
    return all.flatMap((eventIds) => (eventIds as readonly string[] | null) ?? []);
  }

  /** Gives the event to another node, an incarnation; resolves with whether it is not awake here any more. */
  async handOver(eventId: string, next: string): Promise<boolean> {
    const question = (id: number): ToShard => ({ kind: 'handOver', id, eventId, next });
    return (await this.#ask(this.#threadOf(eventId), question, handOverTimeoutMs)) === true;
  }

  get serving(): number {
    return this.#threads.filter((thread) => thread.state === 'serving').length;
  }

  /** Every event comes to rest, then the threads end. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    await Promise.all(
      this.#threads.map(async (thread) => {
        if (thread.state !== 'serving') return;
        thread.state = 'closing';
        const ended = new Promise((resolve) => thread.worker.once('exit', resolve));
        tell(thread, { kind: 'close', graceMs });
        const timer = this.options.timers.after(graceMs + closeMarginMs, () => void thread.worker.terminate());
        await ended;
        timer.cancel();
      }),
    );
  }

  // ── threads ──

  #spawn(shard: number): Thread {
    const { owner, databaseUrl, logLevel, shards, clock, log } = this.options;
    const nowMs = clock.monotonicMs();
    const workerData: ShardWorkerData = { threadVersion, shard, shards, owner, databaseUrl, logLevel };
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData, name: `usher shard ${shard}` });
    const thread: Thread = {
      worker,
      writer: new PackedWriter(),
      startedMs: nowMs,
      lastBeatMs: nowMs,
      silenceMaxMs: startMaxMs,
      state: 'serving',
      asked: new Map(),
    };
    worker.on('message', (message: Uint8Array | FromShard) => this.#onMessage(thread, message));
    worker.on('error', (error) => log.error({ error, shard }, 'A shard crashed'));
    worker.on('exit', () => this.#onExit(shard, thread));
    if (this.#reading !== null) tell(thread, { kind: 'lease', reading: this.#reading });
    return thread;
  }

  #onMessage(thread: Thread, message: Uint8Array | FromShard): void {
    if (message instanceof Uint8Array) {
      if (thread.state !== 'gone') deliver(message, must(this.#listener, 'the gateway'));
      return;
    }
    switch (message.kind) {
      case 'heartbeat':
        thread.lastBeatMs = this.options.clock.monotonicMs();
        thread.silenceMaxMs = this.options.limits.shardSilenceMaxMs;
        return;
      case 'described':
        this.#answered(thread, message.id, message.event);
        return;
      case 'stats':
        this.#answered(thread, message.id, message.stats);
        return;
      case 'events':
        this.#answered(thread, message.id, message.eventIds);
        return;
      case 'handedOver':
        this.#answered(thread, message.id, message.left);
        return;
      case 'closed':
        return;
    }
  }

  #onExit(shard: number, thread: Thread): void {
    thread.state = 'gone';
    for (const id of thread.asked.keys()) this.#answered(thread, id, null);
    if (this.#closing) return;
    const { clock, timers, log } = this.options;
    log.error({ shard }, 'A shard has ended; it is started again and its events are recovered from the journal');
    this.#restarts[shard] = (this.#restarts[shard] as number) + 1;
    this.#lose(shard);
    if (clock.monotonicMs() - thread.startedMs >= restartDelayMs) {
      this.#restart(shard);
      return;
    }
    timers.after(restartDelayMs, () => {
      if (this.#closing) return;
      // What was asked meanwhile went to the thread that is gone.
      this.#lose(shard);
      this.#restart(shard);
    });
  }

  /** What the shard has not answered, nobody will. */
  #lose(shard: number): void {
    must(this.#listener, 'the gateway').onShardLost((eventId) => this.#isOfShard(eventId, shard));
  }

  #restart(shard: number): void {
    this.#threads[shard] = this.#spawn(shard);
    for (const [eventId, count] of this.watchers()) {
      if (this.#isOfShard(eventId, shard)) writeRewatch(this.#writerOf(eventId), eventId, count);
    }
  }

  #isOfShard(eventId: string, shard: number): boolean {
    return shardOf(eventId, this.options.shards) === shard;
  }

  /** A thread without a heartbeat is stuck: it is ended, and what follows is as after a crash. */
  #watchSilence(): void {
    const { clock, timers, limits, log } = this.options;
    let lookedMs = clock.monotonicMs();
    const look = (): void => {
      if (this.#closing) return;
      const nowMs = clock.monotonicMs();
      // Where this thread itself was paused, heartbeats wait behind this timer: give them a turn first.
      const wasPaused = nowMs - lookedMs > limits.shardSilenceMaxMs;
      lookedMs = nowMs;
      for (const [shard, thread] of this.#threads.entries()) {
        if (wasPaused) thread.lastBeatMs = nowMs;
        if (thread.state !== 'serving' || nowMs - thread.lastBeatMs <= thread.silenceMaxMs) continue;
        log.error({ shard, silentMs: nowMs - thread.lastBeatMs }, 'A shard is silent; it is ended');
        thread.state = 'gone';
        void thread.worker.terminate();
      }
      timers.after(limits.heartbeatMs, look);
    };
    timers.after(limits.heartbeatMs, look);
  }

  #threadOf(eventId: string): Thread {
    return must(this.#threads[shardOf(eventId, this.options.shards)], 'a shard');
  }

  /** This turn's message to the event's shard. The first record of a turn has it posted at the turn's end. */
  #writerOf(eventId: string): PackedWriter {
    const thread = this.#threadOf(eventId);
    const { writer, worker } = thread;
    if (writer.isEmpty) {
      this.options.timers.soon(() => {
        const message = writer.take();
        worker.postMessage(message, [message.buffer]);
      });
    }
    return writer;
  }

  #ask(
    thread: Thread,
    question: (id: number) => ToShard,
    timeoutMs: number = this.options.limits.shardSilenceMaxMs,
  ): Promise<Answer> {
    if (thread.state === 'gone') return Promise.resolve(null);
    this.#lastQuestion += 1;
    const id = this.#lastQuestion;
    const { timers } = this.options;
    return new Promise((resolve) => {
      const timer = timers.after(timeoutMs, () => this.#answered(thread, id, null));
      thread.asked.set(id, { resolve, timer });
      tell(thread, question(id));
    });
  }

  #answered(thread: Thread, id: number, answer: Answer): void {
    const asked = thread.asked.get(id);
    if (asked === undefined) return;
    thread.asked.delete(id);
    asked.timer.cancel();
    asked.resolve(answer);
  }
}

const closeMarginMs = 1_000;
/** The last commit, and the snapshot after it. */
const handOverTimeoutMs = 10_000;

function tell(thread: Thread, message: ToShard): void {
  thread.worker.postMessage(message);
}
