import type { Timer } from '../lib/timers.js';
import type { FrameOf } from './connection.js';
import type { Platform } from './platform.js';
import type { Answer } from './requests.js';
import type { CommandLink } from './running-command.js';

/**
 * Commands without an answer. The server ends a link after a hundred `slow_down` in a row; here at most two of
 * these portions can be refused before one more message may pass.
 */
const unansweredMax = 32;
/** No `slow_down` keeps other commands waiting for longer. */
const pauseMaxMs = 5_000;

/**
 * Lets commands onto their links a portion at a time, and after a `slow_down` not before the server takes messages again. Sent
 * all at once, a few hundred would make the server end the link, and so again on each link after it.
 */
export class Pace {
  #unanswered = 0;
  /** Running: the server has just said that it takes no more. */
  #pause: Timer | null = null;

  constructor(
    private readonly platform: Platform,
    /** There may be room again. */
    private readonly onRoom: () => void,
  ) {}

  /** The link, ready only where there is room as well. */
  over(link: CommandLink): CommandLink {
    const hasRoom = (): boolean => this.#hasRoom;
    return {
      get ready() {
        return link.ready && hasRoom();
      },
      request: (frameOf, onAnswer) => this.#request(link, frameOf, onAnswer),
    };
  }

  close(): void {
    this.#pause?.cancel();
  }

  get #hasRoom(): boolean {
    return this.#pause === null && this.#unanswered < unansweredMax;
  }

  #request(link: CommandLink, frameOf: FrameOf, onAnswer: (answer: Answer) => void): void {
    this.#unanswered += 1;
    link.request(frameOf, (answer) => {
      const wasFull = this.#unanswered === unansweredMax;
      this.#unanswered -= 1;
      if (answer.kind === 'rejected' && answer.error.code === 'slow_down') this.#rest(answer.error.retryAfterMs ?? 0);
      onAnswer(answer);
      if (wasFull) this.onRoom();
    });
  }

  #rest(forMs: number): void {
    this.#pause?.cancel();
    this.#pause = this.platform.timers.after(Math.min(forMs, pauseMaxMs), () => {
      this.#pause = null;
      this.onRoom();
    });
  }
}
