import { isPlanted } from '../lib/planted.js';
import type { Timer } from '../lib/timers.js';
import type { AcceptedBody } from '../protocol/down.js';
import type { EventFrame, Position } from '../protocol/up.js';
import { type BackOff, fullJitterMs } from './back-off.js';
import type { FrameOf } from './connection.js';
import type { Platform } from './platform.js';
import type { Answer } from './requests.js';
import { UsherError } from './usher-error.js';

const backOff: BackOff = { firstMs: 200, capMs: 5_000 };

type WithoutReqId<T> = T extends unknown ? Omit<T, 'reqId'> : never;
/** A command's frame but for its reqId, which each try gets anew. */
export type CommandDraft = WithoutReqId<EventFrame>;

/** As much of a connection as commands need. */
export interface CommandLink {
  readonly ready: boolean;
  request(frameOf: FrameOf, onAnswer: (answer: Answer) => void): void;
}

export interface RunningCommandEvents {
  accepted(position: Position, body: AcceptedBody): void;
  settled(outcome: AcceptedBody | UsherError): void;
}

/**
 *   waiting for link ── ready ──► in flight ── answer ──► settled
 *        ▲                         │    ▲                    ▲
 *        ├──────── lost ───────────┘    │                    │ time is over, given up, client closed: from anywhere
 *        │                              │                    │
 *        └── wait over, no link ── waiting to repeat ◄── busy, slow_down, unavailable
 */
type Phase = 'waitingForLink' | 'inFlight' | 'waitingToRepeat' | 'settled';

/** One command until its outcome is known, over as many tries and connections as that takes. */
export class RunningCommand {
  readonly #draft: CommandDraft;
  readonly #link: CommandLink;
  readonly #platform: Platform;
  readonly #timeoutMs: number;
  readonly #events: RunningCommandEvents;
  #phase: Phase = 'waitingForLink';
  #failures = 0;
  /** Whether a try may have been carried out although no answer says so. */
  #outcomeUnknown = false;
  #lastRefusal: UsherError | null = null;
  #repeatTimer: Timer | null = null;
  #timeout: Timer | null = null;

  constructor(
    draft: CommandDraft,
    link: CommandLink,
    platform: Platform,
    timeoutMs: number,
    events: RunningCommandEvents,
  ) {
    this.#draft = draft;
    this.#link = link;
    this.#platform = platform;
    this.#timeoutMs = timeoutMs;
    this.#events = events;
  }

  start(): void {
    this.#timeout = this.#platform.timers.after(this.#timeoutMs, () => this.#timeIsOver());
    this.#trySending();
  }

  linkIsReady(): void {
    if (this.#phase === 'waitingForLink') this.#trySending();
  }

  /** Nobody waits for the outcome any more. It is not sent again, but an answer that still comes is listened to. */
  giveUp(why: string): void {
    if (this.#phase === 'settled') return;
    this.#settle(new UsherError('unavailable', `Cannot ${this.#draft.kind} as ${why}`));
  }

  #trySending(): void {
    if (!this.#link.ready) {
      this.#phase = 'waitingForLink';
      return;
    }
    this.#phase = 'inFlight';
    this.#link.request(
      (reqId) => ({ ...this.#draftOfTry(), reqId }),
      (answer) => this.#answered(answer),
    );
  }

  /** The same for every try. */
  #draftOfTry(): CommandDraft {
    const draft = this.#draft;
    if (!isPlanted('command-repeated-under-new-id') || !('commandId' in draft) || !this.#outcomeUnknown) return draft;
    return { ...draft, commandId: this.#platform.random.id(draft.commandId.length) };
  }

  /** An answer that comes after the time was over still tells what is true of the event. */
  #answered(answer: Answer): void {
    if (answer.kind === 'accepted') this.#events.accepted(answer.position, answer.body);
    if (this.#phase === 'settled') return;
    switch (answer.kind) {
      case 'accepted':
        return this.#settle(answer.body);
      case 'rejected':
        return this.#refused(answer.error);
      case 'lost':
        this.#outcomeUnknown = true;
        this.#phase = 'waitingForLink';
        return;
      case 'welcome':
      case 'pong':
        return this.giveUp(`the answer was ${answer.kind}`);
    }
  }

  #refused(error: UsherError): void {
    if (error.code === 'unavailable') this.#outcomeUnknown = true;
    if (!error.isForNow) return this.#settle(error);
    this.#phase = 'waitingToRepeat';
    this.#lastRefusal = error;
    const waitMs = (error.retryAfterMs ?? 0) + fullJitterMs(backOff, this.#failures, this.#platform.random);
    this.#failures += 1;
    this.#repeatTimer = this.#platform.timers.after(Math.min(waitMs, this.#timeoutMs), () => this.#trySending());
  }

  #timeIsOver(): void {
    if (this.#phase === 'inFlight') this.#outcomeUnknown = true;
    if (!this.#outcomeUnknown && this.#lastRefusal !== null) return this.#settle(this.#lastRefusal);
    const why = this.#outcomeUnknown ? 'its outcome is still unknown' : 'there was no connection that took it';
    this.giveUp(`${why} after ${this.#timeoutMs} ms`);
  }

  #settle(outcome: AcceptedBody | UsherError): void {
    this.#phase = 'settled';
    this.#timeout?.cancel();
    this.#repeatTimer?.cancel();
    this.#events.settled(outcome);
  }
}
