import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Runs `main` where its file is the program that was started. Any failure is one line and exit code 1. */
export function runAsProgram(moduleUrl: string, main: (args: readonly string[]) => Promise<void>): void {
  const started = process.argv[1];
  if (started === undefined || realpathSync(started) !== fileURLToPath(moduleUrl)) return;
  main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  });
}
