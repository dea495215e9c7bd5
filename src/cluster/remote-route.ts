import type { Correlation, Mail } from '../actor/mail.js';
import { assert } from '../lib/assert.js';
import { isPlanted } from '../lib/planted.js';

/** A request that was sent on, or is about to be. */
interface Asked {
  readonly mail: Mail;
  readonly sinceMs: number;
  /** With the owner; back from one who was not; or not sent yet, as those before it are not settled. */
  state: 'sent' | 'bounced' | 'queued';
  bounces: number;
  /** What was sent after it has been answered: it was lost, or its answer was. */
  isOvertaken: boolean;
}

export interface RemoteRouteEvents {
  /** To the owner. */
  send(owner: string, mail: Mail, waitedMs: number): void;
  /** Nobody will answer it. */
  giveUp(mail: Mail): void;
  /** There is another owner. */
  redirected(): void;
}

/** A request that is sent to and fro so often finds nobody who has the event: it is better asked again later. */
const bouncesMax = 8;

/**
 * The way to an event that another node has, with everything that was sent on and has no answer yet, oldest first.
 *
 *     following ── bounced ──► settling ── all that was sent is answered or bounced ──► following the next owner
 *         ▲                       │ meanwhile requests queue up behind                        │
 *         └───────────────────────┴───────────────────────────────────────────────────────────┘
 *
 * So one socket's commands are decided in the order in which they were sent, whoever decides them. What was sent to an owner
 * that is gone is sent again, to the next: the same commandId cannot take effect twice. But for what was overtaken: a repeat of it
 * may have been refused by then, and a refusal has no effect, ever.
 */
export class RemoteRoute {
  readonly #asked = new Map<Correlation, Asked>();
  #next: string | null = null;

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

  ask(mail: Mail, nowMs: number): void {
    const asked: Asked = { mail, sinceMs: nowMs, state: 'queued', bounces: 0, isOvertaken: false };
    this.#asked.set(mail.correlation, asked);
    if (this.#next === null) this.#send(asked, nowMs);
  }

  /** Returns whether anybody waited for it. */
  answered(correlation: Correlation, nowMs: number): boolean {
    if (!this.#asked.has(correlation)) return false;
    for (const [earlier, asked] of this.#asked) {
      if (earlier === correlation) break;
      if (asked.state === 'sent') asked.isOvertaken = true;
    }
    this.#asked.delete(correlation);
    this.#goOnIfSettled(nowMs);
    return true;
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
    this.ownedBy = owner;
    this.#next = null;
    this.#giveUpOvertaken();
    for (const asked of this.#asked.values()) this.#send(asked, nowMs);
    this.events.redirected();
  }

  /** Those without an answer, oldest first, for this node itself: it has the event. */
  takeAll(): readonly { readonly mail: Mail; readonly sinceMs: number }[] {
    this.#giveUpOvertaken();
    const all = [...this.#asked.values()];
    this.#asked.clear();
    this.#next = null;
    return all;
  }

  /** Forgets what has waited since then or longer: whoever asked was told so. */
  forgetSince(sinceMs: number, nowMs: number): Correlation[] {
    const forgotten: Correlation[] = [];
    for (const [correlation, asked] of this.#asked) {
      if (asked.sinceMs > sinceMs || isPlanted('given-up-command-sent-again')) break;
      this.#asked.delete(correlation);
      forgotten.push(correlation);
    }
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

  #goOnIfSettled(nowMs: number): void {
    if (this.#next === null) return;
    for (const { state } of this.#asked.values()) if (state === 'sent') return;
    this.redirect(this.#next, nowMs);
  }

  #send(asked: Asked, nowMs: number): void {
    assert(nowMs >= asked.sinceMs, `Cannot send a request before it was asked: eventId is ${this.eventId}`);
    asked.state = 'sent';
    this.events.send(this.ownedBy, asked.mail, nowMs - asked.sinceMs);
  }
}
