const notStorable = /[\p{Cc}\p{Cs}]+/gu;

/** The text as it can be stored: without control characters and halves of surrogate pairs, trimmed, at most so long. */
export function storableName(text: string, lengthMax: number): string {
  const shown = text.replaceAll(notStorable, ' ').trim();
  // Cutting may part a surrogate pair.
  return shown.length <= lengthMax ? shown : shown.slice(0, lengthMax).replaceAll(notStorable, '').trim();
}

/** Gives each a name of its own: the wanted one, or with a number behind it where that is taken. */
export class FreeNames {
  readonly #taken = new Set<string>();
  readonly #lengthMax: number;

  constructor(lengthMax: number) {
    this.#lengthMax = lengthMax;
  }

  take(wanted: string): string {
    let name = wanted;
    for (let number = 2; this.#taken.has(name); number += 1) {
      const suffix = `-${number}`;
      name = storableName(wanted, this.#lengthMax - suffix.length) + suffix;
    }
    this.#taken.add(name);
    return name;
  }
}
