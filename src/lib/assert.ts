/** A broken invariant. It stops the actor that met it, loudly; it is never an answer to a client. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Throws `InvariantError` unless the condition holds. The message reads "Cannot X as Y: value is Z". */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** Proves at compile time, and again at run time, that every case was handled. */
export function unreachable(value: never): never {
  throw new InvariantError(`Cannot handle a case that should not exist: value is ${JSON.stringify(value)}`);
}
