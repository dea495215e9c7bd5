import type { AcceptedBody, WelcomeFrame } from '../protocol/down.js';
import { protocolLimits } from '../protocol/limits.js';
import type { Position } from '../protocol/up.js';
import type { UsherError } from './usher-error.js';

export type Answer =
  | { readonly kind: 'accepted'; readonly position: Position; readonly body: AcceptedBody }
  | { readonly kind: 'rejected'; readonly error: UsherError }
  | { readonly kind: 'welcome'; readonly body: WelcomeFrame[2] }
  | { readonly kind: 'pong' }
  /** The link broke first. Whether the request was carried out is unknown. */
  | { readonly kind: 'lost' };

type OnAnswer = (answer: Answer) => void;

/**
 * The requests of one link that wait for their answers, oldest first. An answer is handed over at once, within the
 * handling of its frame, so that what it says is known before the next frame is read.
 */
export class Requests {
  readonly #waiting = new Map<number, { readonly sentAtMs: number; readonly onAnswer: OnAnswer }>();
  #lastReqId = 0;

  get count(): number {
    return this.#waiting.size;
  }

  /** Enters a request and returns its reqId, never 0: the server uses that for messages that had none. */
  enter(nowMs: number, onAnswer: OnAnswer): number {
    this.#lastReqId = this.#lastReqId === protocolLimits.reqIdMax ? 1 : this.#lastReqId + 1;
    this.#waiting.set(this.#lastReqId, { sentAtMs: nowMs, onAnswer });
    return this.#lastReqId;
  }

  answer(reqId: number, answer: Answer): void {
    const request = this.#waiting.get(reqId);
    if (request === undefined) return;
    this.#waiting.delete(reqId);
    request.onAnswer(answer);
  }

  loseAll(): void {
    const lost = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const request of lost) request.onAnswer({ kind: 'lost' });
  }

  /** How long the oldest has waited; 0 where none waits. */
  longestWaitMs(nowMs: number): number {
    for (const { sentAtMs } of this.#waiting.values()) return nowMs - sentAtMs;
    return 0;
  }
}
