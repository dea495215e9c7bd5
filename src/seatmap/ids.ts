/**
 * Hold and booking ids are the change that made them: `H<epoch>-<seq>` and `B<epoch>-<seq>` in base 36. They need not be
 * unguessable, since a hold or booking answers to its holder alone; the epoch keeps a hold that was decided but never
 * committed from lending its name to a later one with the same seq.
 */
export function holdIdOf(epoch: number, seq: number): string {
  return `H${epoch.toString(36)}-${seq.toString(36)}`;
}

export function bookingIdOf(epoch: number, seq: number): string {
  return `B${epoch.toString(36)}-${seq.toString(36)}`;
}

export interface MadeBy {
  readonly epoch: number;
  readonly seq: number;
}

const idShape = /^[HB]([1-9a-z][0-9a-z]{0,10})-([1-9a-z][0-9a-z]{0,10})$/;

/** The change behind an id of the given letter, or null where the text is no such id. */
export function madeBy(letter: 'H' | 'B', id: string): MadeBy | null {
  const match = idShape.exec(id);
  if (match === null || id[0] !== letter) return null;
  const epoch = Number.parseInt(match[1] ?? '', 36);
  const seq = Number.parseInt(match[2] ?? '', 36);
  if (!Number.isSafeInteger(epoch) || !Number.isSafeInteger(seq)) return null;
  return { epoch, seq };
}
