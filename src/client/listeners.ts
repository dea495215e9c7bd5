/** Ends what a listener was registered for. */
export type Stop = () => void;

/** Whoever wants to be told of something. One may stop, or another begin, while they are being told. */
export class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>();

  add(listener: (value: T) => void): Stop {
    const own = (value: T) => listener(value);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  tell(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
}
