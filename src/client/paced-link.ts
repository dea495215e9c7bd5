import type { Timer } from '../lib/timers.js';
import type { FrameOf } from './connection.js';
import type { Platform } from './platform.js';
import type { Answer } from './requests.js';
import type { CommandLink } from './running-command.js';

/**
 * Commands on the link without an answer. The server ends a link after a hundred `slow_down` in a row; here at most two of
 * these portions can be refused before one more message may pass.
 */
const unansweredMax = 32;
/** No `slow_down` keeps other commands waiting for longer. */
const pauseMaxMs = 5_000;

/**
 * A link for many commands: it is ready for a portion at a time, and after a `slow_down` not before the server takes messages
 * again. Sent all at once, a few hundred would make the server end the link, and so again on each link after it.
 */
export class PacedLink implements CommandLink {
  #unanswered = 0;
  /** Running: the server has just said that it takes no more. */
  #pause: Timer | null = null;

  constructor(
    private readonly link: CommandLink,
    private readonly platform: Platform,
    /** It may be ready again. */
    private readonly onReady: () => void,
  ) {}

  get ready(): boolean {
    return this.link.ready && this.#pause === null && this.#unanswered < unansweredMax;
  }

  request(frameOf: FrameOf, onAnswer: (answer: Answer) => void): void {
    this.#unanswered += 1;
    this.link.request(frameOf, (answer) => {
      const wasFull = this.#unanswered === unansweredMax;
      this.#unanswered -= 1;
      if (answer.kind === 'rejected' && answer.error.code === 'slow_down') this.#rest(answer.error.retryAfterMs ?? 0);
      onAnswer(answer);
      if (wasFull) this.onReady();
    });
  }

  close(): void {
    this.#pause?.cancel();
  }

  #rest(forMs: number): void {
    this.#pause?.cancel();
    this.#pause = this.platform.timers.after(Math.min(forMs, pauseMaxMs), () => {
      this.#pause = null;
      this.onReady();
    });
  }
}
