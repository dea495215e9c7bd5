import { byId } from './dom.js';

export type Tone = 'calm' | 'good' | 'bad';

/** The page's one line of news: what came of what somebody did, or what happened to their seats. */
export class Outcome {
  readonly #line = byId('outcome', HTMLDivElement);
  readonly #dismiss = byId('dismiss', HTMLButtonElement);
  readonly #announcer = byId('announcer', HTMLParagraphElement);

  constructor() {
    this.#dismiss.addEventListener('click', () => this.say('calm', ''));
  }

  /** Stays until the next, or until it is dismissed; screen readers say it too. */
  say(tone: Tone, text: string): void {
    this.#line.dataset['tone'] = tone;
    this.#line.textContent = text;
    this.#dismiss.hidden = text === '';
  }

  /** For screen readers only, where the eye sees it anyway. */
  announce(text: string): void {
    this.#announcer.textContent = text;
  }
}
