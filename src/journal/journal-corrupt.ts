/** What the journal holds cannot be what was appended. An event that meets this stops; no part of its journal is guessed. */
export class JournalCorrupt extends Error {
  override readonly name = 'JournalCorrupt';
  constructor(
    readonly eventId: string,
    /** The change at which the fault shows, or the batch's first where the whole batch is unreadable. */
    readonly seq: number,
    readonly what: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot read the journal as ${what}: eventId is ${eventId}, seq is ${seq}`, options);
  }
}
