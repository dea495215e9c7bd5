import type { Timer } from '../lib/timers.js';
import { downNumbers, type LiveHold, type MyHoldsBody, type Places } from '../protocol/down.js';
import type { Position } from '../protocol/up.js';
import { type BackOff, fullJitterMs } from './back-off.js';
import { ChangeStream } from './change-stream.js';

import type { UnaskedFrame } from './connection.js';
import { Listeners } from './listeners.js';
import type { LiveArea } from './live-areas.js';
import type { HoldEnded, LiveSeatMap } from './live-seat-map.js';
import type { OwnNews } from './own-news.js';
import type { Platform } from './platform.js';
import type { Answer } from './requests.js';
import { type LeftPlaces, type OwnHold, type SeatMapChange, SeatMapModel, type SeatState } from './seat-map-model.js';
import type { CommandLink } from './running-command.js';
import { UsherError } from './usher-error.js';

const backOff: BackOff = { firstMs: 200, capMs: 10_000 };
/** News of a hold's end comes this soon after its deadline, or it was missed. */
const endIsOverdueMs = 3_000;
/** A delta may run ahead of the news of a hold by this. */
const newsIsOverdueMs = 1_000;
/** The holds are not asked for again within this. */
const askHoldsAgainMs = 10_000;

export interface SubscriptionOptions {
  readonly eventId: string;
  readonly link: CommandLink;
  readonly platform: Platform;
  /** Sends `my holds`. The answer comes by `accepted`, before the promise is settled; it never rejects. */
  readonly askMyHolds: () => Promise<void>;
  readonly onUnsubscribe: () => void;
}

/**
 *   link down ── link ready ──► asked ── accepted ──► following ── gap, go away ──► asked
 *       ▲                        │ │                      │
 *       └───────── link lost ────┴─┼──────────────────────┘
 *                                  └── refused: stays so until the next link
 *
 * After `subscribe` the order of snapshots and deltas starts anew with its answer: what arrives before belongs to the old
 * order and is passed over.
 */
type Phase = 'linkDown' | 'asked' | 'following' | 'refused' | 'ended';

/** One event's subscription: keeps the model in step with the server, and tells whoever looks at it. */
export class Subscription implements LiveSeatMap {
  readonly eventId: string;
  readonly whenReady: Promise<void>;
  readonly #options: SubscriptionOptions;
  readonly #model = new SeatMapModel();
  readonly #changes = new Listeners<SeatMapChange>();
  readonly #ends = new Listeners<HoldEnded>();
  readonly #refusals = new Listeners<UsherError>();
  readonly #streams = new Set<ChangeStream>();
  #settleReady: ((error: UsherError | null) => void) | null = null;
  #phase: Phase = 'linkDown';
  #refusal: UsherError | null = null;
  #failures = 0;
  /** Counts: an answer counts to the last `subscribe` alone, which may have gone another way than the one before. */
  #asked = 0;
  /** Set where the map cannot be trusted to be continued: the next subscribe asks for a whole one. */
  #wantsSnapshot = false;
  #retryTimer: Timer | null = null;
  #newsTimer: Timer | null = null;
  /** The subscribe under way came alone, without a question for the holds behind it. */
  #askedAlone = false;
  #holdsAsked = false;
  #mustAskHoldsAgain = false;
  #askHoldsNotBeforeMs = 0;

  constructor(options: SubscriptionOptions) {
    this.eventId = options.eventId;
    this.#options = options;
    this.whenReady = new Promise((resolve, reject) => {
      this.#settleReady = (error) => (error === null ? resolve() : reject(error));
    });
    // Whoever does not wait for it hears of a refusal by `onRefused`.
    this.whenReady.catch(() => {});
  }

  get position(): Position | null {
    return this.#model.position;
  }

  get seatCount(): number {
    return this.#model.seatCount;
  }

  get areas(): readonly LiveArea[] {
    return this.#model.areas;
  }

  areaOf(area: string): LiveArea | null {
    return this.#model.areaOf(area);
  }

  get ownHolds(): readonly OwnHold[] {
    return this.#model.ownHolds;
  }

  state(seat: number): SeatState {
    return this.#model.state(seat);
  }

  ownHoldOf(seat: number): OwnHold | null {
    return this.#model.ownHoldOf(seat);
  }

  onChange(listener: (change: SeatMapChange) => void) {
    return this.#changes.add(listener);
  }

  onHoldEnded(listener: (ended: HoldEnded) => void) {
    return this.#ends.add(listener);
  }

  onRefused(listener: (error: UsherError) => void) {
    return this.#refusals.add(listener);
  }

  [Symbol.asyncIterator](): ChangeStream {
    const stream = new ChangeStream((ended) => this.#streams.delete(ended));
    if (this.#phase === 'ended') stream.end();
    else if (this.#phase === 'refused' && this.#refusal !== null) stream.fail(this.#refusal);
    else this.#streams.add(stream);
    return stream;
  }

  unsubscribe(): void {
    if (this.#phase === 'ended') return;
    const { link, onUnsubscribe } = this.#options;
    if (link.ready) {
      link.request(
        (reqId) => ({ kind: 'unsubscribe', reqId, eventId: this.eventId }),
        () => {},
      );
    }
    this.end();
    onUnsubscribe();
  }

  /** Without a word to the server: the client is closed. */
  end(): void {
    this.#phase = 'ended';
    this.#retryTimer?.cancel();
    this.#newsTimer?.cancel();
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
    this.#settleReady?.(
      new UsherError('unavailable', `Cannot follow ${this.eventId} as it is not subscribed any more`),
    );
  }

  // ── following ──

  linkIsReady(): void {
    this.#failures = 0;
    this.#askedAlone = false;
    this.#ask();
    // Right behind it: whatever happens to holds after this answer is told to us.
    this.#askMyHolds();
  }

  linkIsLost(): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'linkDown';
    this.#retryTimer?.cancel();
  }

  #ask(): void {
    if (this.#phase === 'ended' || !this.#options.link.ready) return;
    this.#retryTimer?.cancel();
    this.#phase = 'asked';
    const position = this.#wantsSnapshot ? null : this.#model.position;
    this.#asked += 1;
    const asked = this.#asked;
    this.#options.link.request(
      (reqId) => ({ kind: 'subscribe', reqId, eventId: this.eventId, position }),
      (answer) => {
        if (asked === this.#asked) this.#answered(answer);
      },
    );
  }

  #answered(answer: Answer): void {
    if (this.#phase !== 'asked') return;
    if (answer.kind === 'accepted') {
      this.#phase = 'following';
      if (this.#askedAlone) this.#askMyHoldsAnew();
    }
    if (answer.kind === 'rejected') this.#refused(answer.error);
  }

  #refused(error: UsherError): void {
    if (error.isForNow) return this.#askLater(error.retryAfterMs ?? 0);
    this.#phase = 'refused';
    this.#refusal = error;
    this.#settleReady?.(error);
    for (const stream of this.#streams) stream.fail(error);
    this.#streams.clear();
    this.#refusals.tell(error);
  }

  #askLater(waitMs: number): void {
    const { timers, random } = this.#options.platform;
    this.#retryTimer?.cancel();
    this.#retryTimer = timers.after(waitMs + fullJitterMs(backOff, this.#failures, random), () => {
      this.#askedAlone = true;
      this.#ask();
    });
    this.#failures += 1;
  }

  frameArrived(frame: UnaskedFrame): void {
    switch (frame[0]) {
      case downNumbers.snapshot:
        if (this.#phase === 'following')
          this.#inOrder(this.#model.applySnapshot(frame[2], frame[3], frame[4], frame[5]));
        return;
      case downNumbers.delta:
        if (this.#phase !== 'following') return;
        return this.#inOrder(this.#model.applyDelta(frame[2], frame[3], frame[4], frame[5], frame[6]));
      case downNumbers.holdEnded: {
        const [, , position, holdId, reason, seats, area, quantity] = frame;
        const left = area === undefined || quantity === undefined ? { seats } : { seats, area, quantity };
        this.#tell(this.#model.applyEnd(position[1], holdId, reason, left));
        return this.#ends.tell({ holdId, reason, ...left });
      }
      case downNumbers.holdChanged:
        return this.#tell(this.#model.applyHold(frame[2][1], this.#holdOf(frame[3])));
      case downNumbers.goAway:
        return this.#askLater(frame[2].retryAfterMs);
    }
  }

  #inOrder(change: SeatMapChange | null): void {
    if (change === null) return this.#gap();
    this.#wantsSnapshot = false;
    this.#failures = 0;
    this.#settleReady?.(null);
    this.#tell(change);
  }

  /** The first time our position is still good; if that does not help, only a whole map does. */
  #gap(): void {
    this.#phase = 'asked';
    this.#wantsSnapshot = this.#failures > 0;
    this.#askLater(0);
  }

  // ── own holds ──

  accepted(news: OwnNews): void {
    const seq = news.position[1];
    switch (news.kind) {
      case 'held':
        // A repeat's answer may tell of a hold that has ended since.
        if (news.body.expiresInMs > 0) this.#tell(this.#model.applyMade(seq, this.#holdOf(news.body)));
        return;
      case 'extended':
        if (news.body.expiresInMs > 0) this.#tell(this.#model.applyHold(seq, this.#holdOf(news.body)));
        return;
      case 'released': {
        const { holdId, remaining, remainingQuantity } = news.body;
        const quantityLeft = remainingQuantity === undefined ? {} : { quantity: remainingQuantity };
        const left = { seats: remaining, ...quantityLeft };
        return this.#tell(this.#model.applyRelease(seq, holdId, placesOf(news.body), left));
      }
      case 'confirmed':
        return this.#tell(this.#model.applyEnd(seq, news.holdId, 'confirmed', placesOf(news.body)));
      case 'listed':
        return this.#myHolds(seq, news.body.holds);
    }
  }

  #myHolds(seq: number, holds: MyHoldsBody['holds']): void {
    const before = this.#model.ownHolds;
    this.#tell(
      this.#model.applyMyHolds(
        seq,
        holds.map((hold) => this.#holdOf(hold)),
      ),
    );
    const after = new Set(this.#model.ownHolds.map(({ holdId }) => holdId));
    for (const hold of before) {
      if (!after.has(hold.holdId)) this.#ends.tell({ holdId: hold.holdId, reason: null, ...placesOf(hold) });
    }
  }

  #holdOf(hold: LiveHold): OwnHold {
    const expiresAtMs = this.#options.platform.clock.monotonicMs() + hold.expiresInMs;
    return { holdId: hold.holdId, ...placesOf(hold), expiresAtMs };
  }

  #tell(change: SeatMapChange): void {
    this.#watchForMissedNews();
    if (change.seats.length === 0 && !change.ownHolds && !change.areas) return;
    this.#changes.tell(change);
    for (const stream of this.#streams) stream.push(change);
  }

  /** News of own holds is best effort. Where one is overdue, or the map contradicts what we believe, we ask. */
  #watchForMissedNews(): void {
    this.#newsTimer?.cancel();
    this.#newsTimer = null;
    const { clock, timers } = this.#options.platform;
    const nowMs = clock.monotonicMs();
    const overdue = this.#model.ownHolds.map(({ expiresAtMs }) => expiresAtMs + endIsOverdueMs);
    if (this.#model.missedNews) overdue.push(nowMs + newsIsOverdueMs);
    if (overdue.length === 0) return;
    const atMs = Math.max(Math.min(...overdue), this.#askHoldsNotBeforeMs);
    this.#newsTimer = timers.after(Math.max(0, atMs - nowMs), () => this.#askMyHolds());
  }

  #askMyHolds(): void {
    if (this.#holdsAsked || this.#phase === 'ended') return;
    this.#holdsAsked = true;
    this.#askHoldsNotBeforeMs = this.#options.platform.clock.monotonicMs() + askHoldsAgainMs;
    void this.#options.askMyHolds().then(() => {
      this.#holdsAsked = false;
      if (!this.#mustAskHoldsAgain) return;
      this.#mustAskHoldsAgain = false;
      this.#askMyHolds();
    });
  }

  /** Only from here on we are told of our holds again: an answer that is under way may be of before. */
  #askMyHoldsAnew(): void {
    this.#mustAskHoldsAgain = this.#holdsAsked;
    this.#askMyHolds();
  }
}

/** Only what says which places they are: an answer may carry more. */
function placesOf({ seats, area, quantity }: Readonly<Places>): LeftPlaces {
  return { seats, ...(area === undefined || quantity === undefined ? {} : { area, quantity }) };
}
