import type { Correlation, Mail } from '../actor/mail.js';
import { assert } from '../lib/assert.js';
import { isPlanted } from '../lib/planted.js';

/** A request that was sent on, or is about to be. */
interface Asked {
  readonly mail: Mail;
  readonly sinceMs: number;
  /** With the owner; back from one who was not; not taken by it, and to be sent again; or not sent yet, as others come first. */
  state: 'sent' | 'bounced' | 'unheard' | 'queued';
  bounces: number;
  /** The message that carried it last. */
  sentIn: number;
  /** Another owner, who is gone, may have decided it. */
  isUncertain: boolean;
  /** What was sent after it has been answered: it was lost, or its answer was. */
  isOvertaken: boolean;
}

export interface RemoteRouteEvents {
  /** To the owner. Returns the number of the message that carries it. */
  send(owner: string, mail: Mail, waitedMs: number): number;
  /** Nobody will answer it. */
  giveUp(mail: Mail): void;
  /** The owner does not hear. Nobody has decided it. */
  unreachable(mail: Mail): void;
  /** There is another owner. */
  redirected(): void;
}

/** A request that is sent to and fro so often finds nobody who has the event: it is better asked again later. */
const bouncesMax = 8;
/** An owner that does not hear is back by then, or taken for gone, or cannot be reached from here. Below the gateway's patience. */
const unheardMaxMs = 4_000;

/**
 * The way to an event that another node has, with everything that was sent on and has no answer yet, oldest first.
 *
 *     following ── bounced ──► settling ── all that was sent is answered or bounced ──► following the next owner
 *         ▲                       │ meanwhile requests queue up behind                        │
 *         └───────────────────────┴───────────────────────────────────────────────────────────┘
 *
 * Where the owner does not listen, everything waits here and is sent again at each tick:
 *
 *     following ── unheard ──► calling ── tick ──► following        after 4 s of it: `unreachable`
 *
 * So one socket's commands are decided in the order in which they were sent, whoever decides them. What was sent to an owner
 * that is gone is sent again, to the next: the same commandId cannot take effect twice. But for what was overtaken: a repeat of it
 * may have been refused by then, and a refusal has no effect, ever. And of a socket's commands the last alone: the owner may have
 * refused an earlier one and accepted a later, and the next one would accept them the other way round.
 */
export class RemoteRoute {
  readonly #asked = new Map<Correlation, Asked>();
  #next: string | null = null;
  #unheardSinceMs: number | null = null;
  /** Whether anything waits for the next tick. */
  #isCalling = false;

  constructor(
    readonly eventId: string,
    private ownedBy: string,
    private readonly events: RemoteRouteEvents,
  ) {}

  /** An incarnation. */
  get owner(): string {
    return this.ownedBy;
  }

  get isIdle(): boolean {
    return this.#asked.size === 0;
  }

  /** @param waitedMs before it came here */
  ask(mail: Mail, nowMs: number, waitedMs = 0): void {
    const sinceMs = nowMs - waitedMs;
    const asked: Asked = {
      mail,
      sinceMs,
      state: 'queued',
      bounces: 0,
      sentIn: 0,
      isUncertain: false,
      isOvertaken: false,
    };
    this.#asked.set(mail.correlation, asked);
    if (this.#next === null && !this.#isCalling) this.#send(asked, nowMs);
  }

  /** Returns whether anybody waited for it. */
  answered(correlation: Correlation, nowMs: number): boolean {
    if (!this.#asked.has(correlation)) return false;
    for (const [earlier, asked] of this.#asked) {
      if (earlier === correlation) break;
      if (asked.state === 'sent') asked.isOvertaken = true;
    }
    this.#unheardSinceMs = null;
    // A later one was decided: these are too late for their order.
    if (this.#isCalling) this.#dropUnheard(correlation);
    this.#asked.delete(correlation);
    this.#goOnIfSettled(nowMs);
    return true;
  }

  /** The message that carried it has reached nobody. */
  unheard(correlation: Correlation, sentIn: number, nowMs: number): void {
    const asked = this.#asked.get(correlation);
    // What may have been decided by an owner before stays unknown.
    if (asked?.state !== 'sent' || asked.sentIn !== sentIn || asked.isUncertain) return;
    asked.state = 'unheard';
    this.#isCalling = true;
    this.#unheardSinceMs ??= nowMs;
    this.#goOnIfSettled(nowMs);
  }

  /** The one asked cannot tell who has the event: it is asked again at the next tick. */
  postponed(correlation: Correlation, nowMs: number): void {
    const asked = this.#asked.get(correlation);
    if (asked?.state !== 'sent') return;
    asked.state = 'unheard';
    this.#isCalling = true;
    this.#goOnIfSettled(nowMs);
  }

  /** Calls again, or gives up the owner that does not hear. */
  tick(nowMs: number): void {
    if (!this.#isCalling || this.#next !== null) return;
    const isGivenUp = this.#unheardSinceMs !== null && nowMs - this.#unheardSinceMs >= unheardMaxMs;
    // Sent now, it would be decided after those: it waits until they are settled.
    if (!isGivenUp && this.#isOvertaken()) return;
    this.#isCalling = false;
    if (isGivenUp) this.#unheardSinceMs = null;
    for (const [correlation, asked] of this.#asked) {
      if (asked.state !== 'unheard' && asked.state !== 'queued') continue;
      if (!isGivenUp) {
        this.#send(asked, nowMs);
        continue;
      }
      this.#leave(correlation, asked);
    }
  }

  /** Whether something waits to be sent again that was asked before what is under way. */
  #isOvertaken(): boolean {
    let isWaiting = false;
    for (const { state } of this.#asked.values()) {
      if (state === 'unheard') isWaiting = true;
      else if (state === 'sent' && isWaiting) return true;
    }
    return false;
  }

  /** The one asked has not got the event; `next` has, as far as it knows. */
  bounced(correlation: Correlation, next: string, nowMs: number): void {
    const asked = this.#asked.get(correlation);
    if (asked?.state !== 'sent') return;
    asked.state = 'bounced';
    asked.bounces += 1;
    this.#next = next;
    if (asked.bounces > bouncesMax) {
      this.#asked.delete(correlation);
      this.events.giveUp(asked.mail);
    }
    this.#goOnIfSettled(nowMs);
  }

  /** The owner is gone, or was never the owner: everything goes to the next one. */
  redirect(owner: string, nowMs: number): void {
    this.#giveUpBeforeLastSent();
    this.#giveUpOvertaken();
    this.ownedBy = owner;
    this.#next = null;
    this.#isCalling = false;
    this.#unheardSinceMs = null;
    for (const asked of this.#asked.values()) this.#send(asked, nowMs);
    this.events.redirected();
  }

  /** Those without an answer, oldest first, for this node itself: it has the event. */
  takeAll(): readonly { readonly mail: Mail; readonly sinceMs: number }[] {
    this.#giveUpBeforeLastSent();
    this.#giveUpOvertaken();
    const all = [...this.#asked.values()];
    this.#asked.clear();
    this.#next = null;
    this.#isCalling = false;
    this.#unheardSinceMs = null;
    return all;
  }

  /** Forgets what has waited since then or longer: whoever asked was told so. */
  forgetSince(sinceMs: number, nowMs: number): Correlation[] {
    const forgotten: Correlation[] = [];
    for (const [correlation, asked] of this.#asked) {
      if (asked.sinceMs > sinceMs || isPlanted('given-up-command-sent-again')) continue;
      this.#asked.delete(correlation);
      forgotten.push(correlation);
    }
    // Nothing tells any more since when the owner does not hear.
    if (this.isIdle) this.#unheardSinceMs = null;
    if (forgotten.length > 0) this.#goOnIfSettled(nowMs);
    return forgotten;
  }

  #giveUpOvertaken(): void {
    for (const [correlation, { mail, isOvertaken }] of this.#asked) {
      if (!isOvertaken) continue;
      this.#asked.delete(correlation);
      this.events.giveUp(mail);
    }
  }

  #giveUpBeforeLastSent(): void {
    const lastSent = new Map<number, Correlation>();
    for (const [correlation, { mail, state }] of this.#asked) {
      if (state === 'sent' && isInOrder(mail)) lastSent.set(mail.sessionId, correlation);
    }
    for (const [correlation, { mail }] of this.#asked) {
      if (!isInOrder(mail) || !lastSent.has(mail.sessionId)) continue;
      if (lastSent.get(mail.sessionId) === correlation) {
        lastSent.delete(mail.sessionId);
        continue;
      }
      this.#asked.delete(correlation);
      this.events.giveUp(mail);
    }
  }

  #dropUnheard(before: Correlation): void {
    for (const [correlation, asked] of this.#asked) {
      if (correlation === before) return;
      if (asked.state === 'unheard') this.#leave(correlation, asked);
    }
  }

  /** It is not sent again. What may have been decided by an owner before is not said to be undecided. */
  #leave(correlation: Correlation, { mail, isUncertain }: Asked): void {
    this.#asked.delete(correlation);
    if (isUncertain) this.events.giveUp(mail);
    else this.events.unreachable(mail);
  }

  #goOnIfSettled(nowMs: number): void {
    if (this.#next === null) return;
    for (const { state } of this.#asked.values()) if (state === 'sent') return;
    this.redirect(this.#next, nowMs);
  }

  #send(asked: Asked, nowMs: number): void {
    assert(nowMs >= asked.sinceMs, `Cannot send a request before it was asked: eventId is ${this.eventId}`);
    if (asked.state === 'sent') asked.isUncertain = true;
    asked.state = 'sent';
    asked.sentIn = this.events.send(this.ownedBy, asked.mail, nowMs - asked.sinceMs);
  }
}

/** A socket's commands are decided in the order sent; those over REST, of session 0, have none. */
function isInOrder(mail: Mail): mail is Extract<Mail, { kind: 'command' }> {
  return mail.kind === 'command' && mail.sessionId !== 0;
}
