/** The operator asked for what cannot be done. One line: what is wrong and what to do about it; `main` prints it and exits with 1. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
