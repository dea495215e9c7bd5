/** `npm run simulate:planted`: shows that the simulation would find the mistakes that it is there to find. */
import { parseArgs } from 'node:util';
import { plantedBugs } from '../lib/planted.js';
import { hunt } from './hunt.js';

const usage =
  'npm run simulate:planted -- [--seeds 200] [--operations 2000] [--bug name]\n\nPlants each bug and runs seeds from 1 on until one is caught; exits with 1 when one is not.\n';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    operations: { type: 'string', default: '2000' },
    bug: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const seeds = whole(values.seeds, 'seeds');
const operations = whole(values.operations, 'operations');
const bugs = plantedBugs.filter((bug) => values.bug === undefined || bug === values.bug);
if (bugs.length === 0) fail(`Cannot plant a bug that is not known: bug is ${values.bug}`);

let caught = 0;
for (const bug of bugs) {
  const found = await hunt(bug, seeds, operations);
  if (found !== null) caught += 1;
  const told = found === null ? `NOT caught by ${seeds} seeds` : `caught by seed ${found.seed} (${found.message})`;
  process.stdout.write(`${bug.padEnd(32)}${told}\n`);
}
process.stdout.write(`${caught} of ${bugs.length} caught\n`);
process.exit(caught === bugs.length ? 0 : 1);

function whole(text: string, name: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  return fail(`Cannot use --${name} as it must be a whole number above 0: value is ${text}`);
}

function fail(message: string): never {
  process.stderr.write(`simulate:planted: ${message}\n`);
  process.exit(1);
}
