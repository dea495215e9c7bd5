import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const failed: string[] = [];
const running = new Set<ChildProcess>();

/** Runs a step of the test run under its own heading, and remembers whether it failed; the run goes on either way. */
export async function step(name: string, run: () => Promise<boolean>): Promise<void> {
  console.log(`\n== ${name}`);
  const startMs = performance.now();
  let passed = false;
  try {
    passed = await run();
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
  }
  if (!passed) failed.push(name);
  console.log(`== ${name}: ${passed ? 'passed' : 'FAILED'} in ${secondsSince(startMs)} s`);
}

export function failedSteps(): readonly string[] {
  return failed;
}

export function secondsSince(startMs: number): string {
  return ((performance.now() - startMs) / 1000).toFixed(1);
}

/** Whether the program ended with 0. Its output goes where ours goes. */
export async function succeeds(program: string, args: readonly string[], environment = process.env): Promise<boolean> {
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], env: environment });
  running.add(child);
  const [status] = await once(child, 'exit');
  running.delete(child);
  return status === 0;
}

/** Whoever stops the run stops its programs too. */
export function stopPrograms(signal: NodeJS.Signals): void {
  for (const child of running) child.kill(signal);
}
