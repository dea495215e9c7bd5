import { drawWorld } from './draw.js';
import type { SeedJob, SeedOutcome } from './seed-job.js';

/** What to know of a seed that failed: what was found, in which world, how to see it again and how to keep it. */
export function violationNotice(
  { seed, operations }: SeedJob,
  { message, stack }: Extract<SeedOutcome, { kind: 'failed' }>,
): string {
  return `seed ${seed}: VIOLATION
${stack}
The world that it drew: ${JSON.stringify(drawWorld(seed, operations))}
Run it again: npm run simulate -- --seed ${seed} --ops ${operations}
Once it is mended, keep it in src/sim/regressions.ts: { seed: ${seed}, operations: ${operations}, found: ${JSON.stringify(firstLine(message))}, keptBy: 'the planted bug or the test that does not depend on the draw' },
`;
}

export function firstLine(message: string): string {
  return message.split('\n')[0]?.slice(0, 140) ?? '';
}
