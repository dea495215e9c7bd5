import { button, element } from './dom.js';

export interface StepperOptions {
  /** What is counted, for screen readers: "Number of seats". */
  readonly label: string;
  readonly testId: string;
  readonly min: number;
  readonly max: number;
  readonly value: number;
  readonly onChange?: (value: number) => void;
}

/** A number between − and +. What is typed is brought within its bounds. */
export class Stepper {
  readonly root: HTMLDivElement;
  readonly #input: HTMLInputElement;
  readonly #fewer: HTMLButtonElement;
  readonly #more: HTMLButtonElement;
  readonly #onChange: (value: number) => void;
  #min: number;
  #max: number;
  #value: number;

  constructor({ label, testId, min, max, value, onChange = () => {} }: StepperOptions) {
    this.#onChange = onChange;
    this.#min = min;
    this.#max = max;
    this.#value = value;
    this.#input = element('input', {
      testId,
      attributes: { type: 'number', inputmode: 'numeric', 'aria-label': label, autocomplete: 'off' },
    });
    const named = (name: string, end: string) => ({
      class: 'button square',
      testId: `${testId}-${end}`,
      attributes: { 'aria-label': `${label}: ${name}` },
    });
    this.#fewer = button('−', named('fewer', 'fewer'), () => this.#set(this.#value - 1));
    this.#more = button('+', named('more', 'more'), () => this.#set(this.#value + 1));
    this.#input.addEventListener('change', () => this.#set(Math.round(this.#input.valueAsNumber)));
    this.root = element(
      'div',
      { class: 'stepper', attributes: { role: 'group', 'aria-label': label } },
      this.#fewer,
      this.#input,
      this.#more,
    );
    this.#show();
  }

  get value(): number {
    return this.#value;
  }

  /** What may be chosen now. */
  bound(min: number, max: number): void {
    this.#min = min;
    this.#max = Math.max(min, max);
    this.#set(this.#value);
  }

  /** On the button that counts up, as the field itself would bring up a phone's keyboard. */
  focus(): void {
    this.#more.focus();
  }

  #set(wanted: number): void {
    const value = Math.min(Math.max(Number.isFinite(wanted) ? wanted : this.#min, this.#min), this.#max);
    const hasChanged = value !== this.#value;
    this.#value = value;
    this.#show();
    if (hasChanged) this.#onChange(value);
  }

  /** At a bound a button says that it can do no more, but keeps its focus. */
  #show(): void {
    const text = String(this.#value);
    if (this.#input.value !== text) this.#input.value = text;
    this.#input.min = String(this.#min);
    this.#input.max = String(this.#max);
    this.#fewer.ariaDisabled = String(this.#value <= this.#min);
    this.#more.ariaDisabled = String(this.#value >= this.#max);
  }
}
