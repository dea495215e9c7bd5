import { UsageError } from '../lib/usage-error.js';

/** A whole number above 0, of the option of that name. */
export function wholeNumber(text: string, option: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value <= 0)
    throw new UsageError(`Cannot use --${option} as it must be a whole number above 0: value is ${text}`);
  return value;
}

/** Runs the program and ends with its status; whoever asks for what cannot be done is told in one line. */
export async function runProgram(name: string, program: () => Promise<boolean>): Promise<never> {
  try {
    process.exit((await program()) ? 0 : 1);
  } catch (error) {
    const isUsage = error instanceof UsageError || isUnknownOption(error);
    process.stderr.write(`${name}: ${isUsage ? error.message : String((error as Error).stack)}\n`);
    process.exit(1);
  }
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function isUnknownOption(error: unknown): error is Error {
  return error instanceof TypeError && String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');
}
