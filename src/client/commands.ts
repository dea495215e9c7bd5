import type { Timer } from '../lib/timers.js';
import type { AcceptedBody, ConfirmBody, HoldBody, MyHoldsBody, ReleaseBody } from '../protocol/down.js';
import type { Confirm, Extend, Hold, MyHolds, Position, Release } from '../protocol/up.js';
import { type BackOff, fullJitterMs } from './back-off.js';
import type { FrameOf } from './connection.js';
import { isConfirmBody, isHoldBody, isMyHoldsBody, isReleaseBody, type OwnNews } from './own-news.js';
import type { Platform } from './platform.js';
import type { Answer } from './requests.js';
import { UsherError } from './usher-error.js';

const backOff: BackOff = { firstMs: 200, capMs: 5_000 };
/** 22 characters of 6 bits: no two commands ever share one. */
const commandIdLength = 22;

export type CommandFrame = Hold | Extend | Release | Confirm | MyHolds;
type WithoutReqId<T> = T extends unknown ? Omit<T, 'reqId'> : never;
type CommandDraft = WithoutReqId<CommandFrame>;

/** As much of a connection as commands need. */
export interface CommandLink {
  readonly ready: boolean;
  request(frameOf: FrameOf, onAnswer: (answer: Answer) => void): void;
}

/** Called within the handling of an `accepted`, before the command's promise is fulfilled. */
export type OnNews = (news: OwnNews) => void;

/** What to make of a command's answer. */
interface Reading<Body> {
  readonly isBody: (body: AcceptedBody) => body is Body & AcceptedBody;
  readonly newsOf: (body: Body, position: Position) => OwnNews;
}

/**
 * What a holder asks of an event, as promises. A command whose outcome is unknown (the link broke, `unavailable`), or which
 * was refused for the moment (`busy`, `slow_down`), is repeated under the same commandId until it is settled or its time
 * is over: the server carries it out once, however often it is sent. Rejects with `UsherError`.
 */
export class Commands {
  readonly #link: CommandLink;
  readonly #platform: Platform;
  readonly #timeoutMs: number;
  readonly #onNews: OnNews;
  readonly #running = new Set<RunningCommand>();
  #closed = false;

  constructor(link: CommandLink, platform: Platform, timeoutMs: number, onNews: OnNews) {
    this.#link = link;
    this.#platform = platform;
    this.#timeoutMs = timeoutMs;
    this.#onNews = onNews;
  }

  hold(eventId: string, seats: readonly number[]): Promise<HoldBody> {
    const commandId = this.#commandId();
    return this.#run({ kind: 'hold', eventId, commandId, seats: [...seats] }, heldReading(eventId));
  }

  extend(eventId: string, holdId: string): Promise<HoldBody> {
    return this.#run({ kind: 'extend', eventId, commandId: this.#commandId(), holdId }, heldReading(eventId));
  }

  release(eventId: string, holdId: string, seats: readonly number[] | null): Promise<ReleaseBody> {
    return this.#run<ReleaseBody>(
      { kind: 'release', eventId, commandId: this.#commandId(), holdId, seats },
      { isBody: isReleaseBody, newsOf: (body, position) => ({ kind: 'released', eventId, position, body }) },
    );
  }

  confirm(eventId: string, holdId: string, orderRef: string): Promise<ConfirmBody> {
    return this.#run<ConfirmBody>(
      { kind: 'confirm', eventId, commandId: this.#commandId(), holdId, orderRef },
      { isBody: isConfirmBody, newsOf: (body, position) => ({ kind: 'confirmed', eventId, position, holdId, body }) },
    );
  }

  myHolds(eventId: string): Promise<MyHoldsBody> {
    return this.#run<MyHoldsBody>(
      { kind: 'myHolds', eventId },
      { isBody: isMyHoldsBody, newsOf: (body, position) => ({ kind: 'listed', eventId, position, body }) },
    );
  }

  /** The link is ready again: what waited for it is sent. */
  resume(): void {
    for (const command of this.#running) command.linkIsReady();
  }

  close(): void {
    this.#closed = true;
    for (const command of this.#running) command.clientClosed();
  }

  #commandId(): string {
    return this.#platform.random.id(commandIdLength);
  }

  #run<Body>(draft: CommandDraft, reading: Reading<Body>): Promise<Body> {
    return new Promise((resolve, reject) => {
      const command = new RunningCommand(draft, this.#link, this.#platform, this.#timeoutMs, {
        accepted: (position, body) => {
          if (reading.isBody(body)) this.#onNews(reading.newsOf(body, position));
        },
        settled: (outcome) => {
          this.#running.delete(command);
          if (outcome instanceof UsherError) reject(outcome);
          else if (reading.isBody(outcome)) resolve(outcome);
          else reject(new UsherError('unavailable', `Cannot ${draft.kind} as the answer has another shape`));
        },
      });
      this.#running.add(command);
      if (this.#closed) command.clientClosed();
      else command.start();
    });
  }
}

function heldReading(eventId: string): Reading<HoldBody> {
  return { isBody: isHoldBody, newsOf: (body, position) => ({ kind: 'held', eventId, position, body }) };
}

interface RunningCommandEvents {
  accepted(position: Position, body: AcceptedBody): void;
  settled(outcome: AcceptedBody | UsherError): void;
}

/**
 *   waiting for link ── ready ──► in flight ── answer ──► settled
 *        ▲                         │    ▲                    ▲
 *        ├──────── lost ───────────┘    │                    │ time is over, client closed: from anywhere
 *        │                              │                    │
 *        └── wait over, no link ── waiting to repeat ◄── busy, slow_down, unavailable
 */
type Phase = 'waitingForLink' | 'inFlight' | 'waitingToRepeat' | 'settled';

class RunningCommand {
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

  clientClosed(): void {
    this.#settle(new UsherError('unavailable', `Cannot ${this.#draft.kind} as the client was closed`));
  }

  #trySending(): void {
    if (!this.#link.ready) {
      this.#phase = 'waitingForLink';
      return;
    }
    this.#phase = 'inFlight';
    this.#link.request(
      (reqId) => ({ ...this.#draft, reqId }),
      (answer) => this.#answered(answer),
    );
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
        return this.#settle(
          new UsherError('unavailable', `Cannot ${this.#draft.kind} as the answer was ${answer.kind}`),
        );
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
    const why = this.#outcomeUnknown ? 'its outcome is still unknown' : 'there was no connection';
    this.#settle(new UsherError('unavailable', `Cannot ${this.#draft.kind} as ${why} after ${this.#timeoutMs} ms`));
  }

  #settle(outcome: AcceptedBody | UsherError): void {
    this.#phase = 'settled';
    this.#timeout?.cancel();
    this.#repeatTimer?.cancel();
    this.#events.settled(outcome);
  }
}
