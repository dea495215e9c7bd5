/** `npm run simulate:planted`: shows that the simulation would find the mistakes that it is there to find. */
import { parseArgs } from 'node:util';
import { plantedBugs } from '../lib/planted.js';
import { UsageError } from '../lib/usage-error.js';
import { print, runProgram, wholeNumber } from './command-line.js';
import { hunt } from './hunt.js';
import { SeedPool } from './seed-pool.js';

const usage = `npm run simulate:planted -- [--seeds 200] [--ops 2000] [--bug name]

Plants each bug and runs seeds from 1 on until one is caught; exits with 1 when one is not.
`;

await runProgram('simulate:planted', async () => {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '200' },
      ops: { type: 'string', default: '2000' },
      bug: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    print(usage);
    return true;
  }
  return huntAll(wholeNumber(values.seeds, 'seeds'), wholeNumber(values.ops, 'ops'), values.bug);
});

async function huntAll(seeds: number, operations: number, only: string | undefined): Promise<boolean> {
  const bugs = plantedBugs.filter((bug) => only === undefined || bug === only);
  if (bugs.length === 0) throw new UsageError(`Cannot plant a bug that is not known: bug is ${only}`);
  const pool = new SeedPool();
  let caught = 0;
  for (const bug of bugs) {
    const found = await hunt(pool, bug, seeds, operations);
    if (found !== null) caught += 1;
    const told = found === null ? `NOT caught by ${seeds} seeds` : `caught by seed ${found.seed} (${found.message})`;
    print(`${bug.padEnd(32)}${told}`);
  }
  await pool.close();
  print(`${caught} of ${bugs.length} caught`);
  return caught === bugs.length;
}
