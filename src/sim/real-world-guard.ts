/** What a simulation must not touch: each of these would make two runs of one seed differ. */
const banned: readonly (readonly [holder: object, name: string])[] = [
  [Date, 'now'],
  [globalThis.performance, 'now'],
  [Math, 'random'],
  [process, 'hrtime'],
  [globalThis, 'setTimeout'],
  [globalThis, 'setInterval'],
  [globalThis, 'setImmediate'],
  [crypto, 'getRandomValues'],
  [crypto, 'randomUUID'],
];

/**
 * Runs the work with the real clock, timers and randomness out of reach: whoever asks for them throws. The work may wait for
 * promises and ticks alone, so nothing else of the process runs meanwhile.
 */
export async function withoutRealWorld<T>(work: () => Promise<T>): Promise<T> {
  const found = banned.map(([holder, name]) => ({
    holder,
    name,
    own: Object.getOwnPropertyDescriptor(holder, name),
  }));
  for (const { holder, name } of found) {
    Object.defineProperty(holder, name, {
      configurable: true,
      writable: true,
      value: () => {
        throw new Error(`Cannot use the real world inside a simulation: ${name} was called`);
      },
    });
  }
  try {
    return await work();
  } finally {
    for (const { holder, name, own } of found) {
      // Inherited: what stands in front of it goes.
      if (own === undefined) Reflect.deleteProperty(holder, name);
      else Object.defineProperty(holder, name, own);
    }
  }
}
