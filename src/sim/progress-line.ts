import type { Clock } from '../lib/clock.js';

const onTerminalEveryMs = 500;
const elsewhereEveryMs = 10_000;

/** How far a long run has come: one line that is written over on a terminal, a line every ten seconds elsewhere. */
export class ProgressLine {
  #shownMs: number;

  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly clock: Clock,
  ) {
    this.#shownMs = clock.monotonicMs();
  }

  /** Shows it where it is time to. */
  update(text: () => string): void {
    const nowMs = this.clock.monotonicMs();
    if (nowMs - this.#shownMs < (this.out.isTTY ? onTerminalEveryMs : elsewhereEveryMs)) return;
    this.#shownMs = nowMs;
    this.out.write(this.out.isTTY ? `\r${text().slice(0, this.out.columns - 1)}\x1b[K` : `${text()}\n`);
  }

  /** What follows begins a line of its own. */
  clear(): void {
    if (this.out.isTTY) this.out.write('\r\x1b[K');
  }
}
