import { isPlanted } from '../lib/planted.js';
import { pause } from '../lib/timers.js';
import { Directory } from './directory.js';
import type { ActorDescription } from './description.js';
import type { Ending } from './ending.js';
import { EventActor } from './event-actor.js';
import type { Ground } from './ground.js';
import type { Mail, Waiting } from './mail.js';
import { busy, refuse, unavailable, unknownEvent } from './refusals.js';
import type { Rejection } from '../seatmap/command.js';

const retryDelayMinMs = 50;
const retryDelayMaxMs = 5_000;
/** A failure that is this long ago is no longer one of a row. */
const failuresForgottenAfterMs = 60_000;
/** Each encodes a snapshot: many at once would keep the shard from everything else. */
const restsAtOnceMax = 8;
/** Mail for events that nobody has asked for yet, while Postgres is asked whether they exist. */
const mailAtDoorMax = 4_096;

/** Whether anybody watches an event: such an event does not come to rest. */
export interface Audience {
  watchersOf(eventId: string): number;
}

/** All actors of one shard: wakes them when somebody asks or a hold is due, lets them rest, and starts them anew after a crash. */
export class ActorHost {
  readonly #actors = new Map<string, EventActor>();
  readonly #directory: Directory;
  /** Failures in a row, for the delay before the next try; of the last minute only. */
  readonly #failures = new Map<string, { readonly count: number; readonly atMs: number }>();
  /** Events whose journal is shorter than what was acknowledged; they stay stopped until this process ends. */
  readonly #stopped = new Set<string>();
  /** By event, oldest first. */
  readonly #atDoor = new Map<string, Waiting[]>();
  #mailAtDoor = 0;
  #closing = false;

  constructor(
    private readonly ground: Ground,
    private readonly audience: Audience,
  ) {
    this.#directory = new Directory(ground.store, ground.time, ground.timers);
  }

  get count(): number {
    return this.#actors.size;
  }

  actors(): IterableIterator<EventActor> {
    return this.#actors.values();
  }

  /** Mail for one event is decided in the order in which it came, also while nobody knows yet whether there is such an event. */
  submit(eventId: string, mail: Mail): void {
    const { outbox, time } = this.ground;
    const actor = this.#actors.get(eventId);
    const atDoor = this.#atDoor.get(eventId);
    if (this.#closing) refuse(outbox, mail, unavailable);
    else if (atDoor !== undefined) this.#queueUp(atDoor, mail);
    else if (actor !== undefined) actor.submit(mail);
    else this.#arrive(eventId, { mail, sinceMs: time.nowMs() });
  }

  #queueUp(atDoor: Waiting[], mail: Mail): void {
    if (this.#mailAtDoor >= mailAtDoorMax) {
      refuse(this.ground.outbox, mail, busy);
      return;
    }
    atDoor.push({ mail, sinceMs: this.ground.time.nowMs() });
    this.#mailAtDoor += 1;
  }

  #arrive(eventId: string, waiting: Waiting): void {
    const { outbox } = this.ground;
    const known = this.#directory.known(eventId);
    if (known === false) refuse(outbox, waiting.mail, unknownEvent(eventId));
    else if (known === true) this.#admit(eventId, waiting);
    else if (this.#mailAtDoor >= mailAtDoorMax) refuse(outbox, waiting.mail, busy);
    else void this.#knock(eventId, waiting);
  }

  /** Wakes an event that nobody asked for, because it is watched or a hold of it is due. */
  wake(eventId: string): void {
    const actor = this.#actors.get(eventId);
    if (actor !== undefined) actor.wake();
    else if (!this.#stopped.has(eventId) && !this.#closing && this.#actors.size < this.ground.limits.actorsMax)
      this.#start(eventId, 0);
  }

  /** Sockets that have watched the event elsewhere watch it here: an activation that begins shows them its map by itself. */
  rewatch(eventId: string): void {
    if (!isPlanted('map-not-shown-at-takeover')) this.#actors.get(eventId)?.showMap();
    this.wake(eventId);
  }

  /** Wakes the event where it sleeps; null where that fails. */
  async describe(eventId: string): Promise<ActorDescription | null> {
    if (!this.#actors.has(eventId)) this.wake(eventId);
    const actor = this.#actors.get(eventId);
    await actor?.activated;
    return actor?.describe() ?? null;
  }

  leaseRenewed(): void {
    for (const actor of this.#actors.values()) actor.leaseRenewed();
  }

  /**
   * This node's lease had lapsed and was renewed: drops what another node has taken over meanwhile, before anything is answered.
   * What is being claimed right now is claimed anew. Rejects when Postgres does not answer; then nothing may be answered yet.
   */
  async dropLost(): Promise<void> {
    const asked = [...this.#actors.values()];
    if (asked.length === 0) return;
    const ours = await this.ground.store.epochsOf(
      asked.map(({ eventId }) => eventId),
      this.ground.owner,
    );
    for (const actor of asked) {
      if (this.#actors.get(actor.eventId) !== actor) continue;
      if (actor.epoch === null || actor.epoch !== ours.get(actor.eventId)) actor.lose();
    }
  }

  /** Brings to rest what nobody has asked for in a while, nor watches. */
  restIdle(): void {
    const nowMs = this.ground.time.nowMs();
    const sinceMs = nowMs - this.ground.limits.passivateAfterMs;
    this.#forgetFailures(nowMs - failuresForgottenAfterMs);
    let resting = 0;
    for (const actor of this.#actors.values()) {
      if (!actor.isQuiet || actor.lastMailMs > sinceMs || this.audience.watchersOf(actor.eventId) > 0) continue;
      void actor.rest();
      resting += 1;
      if (resting === restsAtOnceMax) break;
    }
  }

  /** Shutting down: takes nothing in, waits until what was decided is committed and answered, brings every event to rest. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    const untilMs = this.ground.time.nowMs() + graceMs;
    while (this.#actors.size > 0 && this.ground.time.nowMs() < untilMs) {
      const quiet = [...this.#actors.values()].filter((actor) => actor.isQuiet).slice(0, restsAtOnceMax);
      await Promise.all(quiet.map((actor) => actor.rest()));
      if (this.#actors.size > 0) await pause(this.ground.timers, closePollMs);
    }
  }

  /** Asks Postgres whether there is such an event; whatever else comes for it meanwhile waits behind. */
  async #knock(eventId: string, first: Waiting): Promise<void> {
    const { outbox, log } = this.ground;
    const waiting = [first];
    this.#atDoor.set(eventId, waiting);
    this.#mailAtDoor += 1;
    let refusal: Rejection | null = null;
    try {
      if (!(await this.#directory.exists(eventId))) refusal = unknownEvent(eventId);
    } catch (error) {
      log.warn({ error, eventId }, 'Cannot look up an event as Postgres does not answer');
      refusal = unavailable;
    }
    this.#atDoor.delete(eventId);
    this.#mailAtDoor -= waiting.length;
    for (const one of waiting) {
      if (refusal === null) this.#admit(eventId, one);
      else refuse(outbox, one.mail, refusal);
    }
  }

  #admit(eventId: string, { mail, sinceMs }: Waiting): void {
    const { outbox, limits } = this.ground;
    const actor = this.#actors.get(eventId);
    if (this.#refuseIfTooLate({ mail, sinceMs })) return;
    if (this.#closing || this.#stopped.has(eventId)) refuse(outbox, mail, unavailable);
    else if (actor !== undefined) actor.submit(mail, sinceMs);
    else if (this.#actors.size >= limits.actorsMax) refuse(outbox, mail, busy);
    else this.#start(eventId, 0).submit(mail, sinceMs);
  }

  #start(eventId: string, delayMs: number): EventActor {
    const actor = new EventActor(eventId, this.ground, (ended, ending) => this.#onEnded(ended, ending));
    this.#actors.set(eventId, actor);
    this.ground.counters.actorsStarted += 1;
    if (delayMs === 0) void actor.activate();
    else this.ground.timers.after(delayMs, () => void actor.activate());
    return actor;
  }

  /** Gives an event to another node. Resolves with whether it is not awake here any more, if it ever was. */
  async handOver(eventId: string, next: string): Promise<boolean> {
    const actor = this.#actors.get(eventId);
    if (actor?.epoch === null) await actor.activated;
    await actor?.handOver(next);
    return !this.#actors.has(eventId);
  }

  #onEnded(actor: EventActor, { reason, undecided, owner }: Ending): void {
    const { eventId } = actor;
    const { ground } = this;
    this.#actors.delete(eventId);
    if (owner !== null) {
      ground.outbox.moved(eventId, owner);
      const nowMs = ground.time.nowMs();
      for (const { mail, sinceMs } of undecided) ground.outbox.bounced(mail, nowMs - sinceMs);
      return;
    }
    if (reason === 'store_lost_commits') this.#stopped.add(eventId);
    const goesOn = !this.#closing && reason !== 'unknown_event' && !this.#stopped.has(eventId);
    if (!goesOn) {
      for (const { mail } of undecided) refuse(ground.outbox, mail, unavailable);
      return;
    }
    if (reason === 'rested') this.#failures.delete(eventId);
    else ground.counters.actorsFailed += 1;
    const waiting = undecided.filter((one) => !this.#refuseIfTooLate(one));
    if (waiting.length === 0 && this.audience.watchersOf(eventId) === 0) return;
    const next = this.#start(eventId, reason === 'rested' ? 0 : this.#retryDelayMs(eventId));
    for (const { mail, sinceMs } of waiting) next.submit(mail, sinceMs);
  }

  /** Its asker has been told `unavailable`: it need not wait through one vain activation after the other. */
  #refuseIfTooLate({ mail, sinceMs }: Waiting): boolean {
    const { outbox, limits, time } = this.ground;
    const isTooLate = time.nowMs() - sinceMs >= limits.answerTimeoutMs;
    if (isTooLate) refuse(outbox, mail, unavailable);
    return isTooLate;
  }

  #retryDelayMs(eventId: string): number {
    const atMs = this.ground.time.nowMs();
    this.#forgetFailures(atMs - failuresForgottenAfterMs);
    const count = (this.#failures.get(eventId)?.count ?? 0) + 1;
    this.#failures.set(eventId, { count, atMs });
    const ceilingMs = Math.min(retryDelayMaxMs, retryDelayMinMs * 2 ** Math.min(count, 10));
    return retryDelayMinMs + this.ground.random.below(ceilingMs);
  }

  #forgetFailures(untilMs: number): void {
    for (const [eventId, { atMs }] of this.#failures) if (atMs <= untilMs) this.#failures.delete(eventId);
  }
}

const closePollMs = 5;
