/** Seeds that once failed, with what they found. The tests run each of them for good. */
export const regressions: readonly { readonly seed: number; readonly operations: number; readonly found: string }[] =
  [];
