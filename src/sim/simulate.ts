/** `npm run simulate -- --seed S --seeds N --operations M`: the big size of the simulation; `npm test` runs the small one. */
import { parseArgs } from 'node:util';
import { simulate } from './simulation.js';

const usage =
  'npm run simulate -- [--seed 1] [--seeds 100] [--operations 1000]\n\nRuns the seeds from --seed on; exits with 1 at the first violation.\n';

function whole(text: string, name: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  process.stderr.write(`simulate: Cannot use --${name} as it must be a whole number above 0: value is ${text}\n`);
  process.exit(1);
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '100' },
    operations: { type: 'string', default: '1000' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const first = whole(values.seed, 'seed');
const seeds = whole(values.seeds, 'seeds');
const operations = whole(values.operations, 'operations');
for (let seed = first; seed < first + seeds; seed += 1) {
  try {
    const report = await simulate(seed, operations);
    const faults = Object.entries(report.faults).map(([fault, count]) => `${fault} ${count}`);
    process.stdout.write(
      `seed ${seed}: ${report.operations} operations, ${report.accepted} accepted, ${report.changes} changes, epoch ${report.epochs}, trace ${report.traceHash}; ${faults.join(', ')}\n`,
    );
  } catch (error) {
    process.stderr.write(`seed ${seed}: VIOLATION\n${String((error as Error).stack)}\n`);
    process.exit(1);
  }
}
