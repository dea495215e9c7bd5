/** `npm run simulate -- --seed S --seeds N --ops M`: the big size of the simulation; `npm test` runs the small one. */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { systemClock } from '../lib/clock.js';
import { drawWorld } from './draw.js';
import { simulate, type SimulationReport } from './simulation.js';
import { sometimesNames } from './sometimes.js';

const usage = `npm run simulate -- [--seed 1] [--seeds 100] [--ops 1000] [--all-sometimes]

Runs the seeds from --seed on, of about --ops operations each; exits with 1 at the first violation, after the world that the
seed drew and the command that runs it again. Each hundredth seed runs twice and must leave the same trace.

  --ops, --operations   operations of one seed
  --all-sometimes       exits with 1 where a situation that the run should meet was never met
`;
/** One seed in so many runs twice. */
const twiceEvery = 100;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '100' },
    ops: { type: 'string' },
    operations: { type: 'string', default: '1000' },
    'all-sometimes': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
// A seed keeps one core busy: the collector's helpers take more of the others than they save here.
setFlagsFromString('--no-parallel-scavenge');

const first = whole(values.seed, 'seed');
const seeds = whole(values.seeds, 'seeds');
const operationsPerSeed = whole(values.ops ?? values.operations, 'ops');

const startedMs = systemClock.monotonicMs();
const faults: Record<string, number> = {};
const met: Record<string, number> = {};
let operations = 0;
let begun = 0;
let crashes = 0;
for (let seed = first; seed < first + seeds; seed += 1) {
  const beganMs = systemClock.monotonicMs();
  const report = await runSeed(seed);
  const perSecond = (report.operations * 1_000) / (systemClock.monotonicMs() - beganMs);
  operations += report.operations;
  begun += report.begun;
  crashes += report.crashes;
  addTo(faults, report.faults);
  addTo(met, report.sometimes);
  print(
    `seed ${seed}: ${report.operations} operations, ${Math.round(perSecond)}/s, ${report.accepted} accepted, ${report.changes} changes, ${report.incarnations} incarnations, ${report.epochs} epochs, ${Math.round(report.virtualMs / 1_000)} s of its time, trace ${report.traceHash}; ${listed(report.faults)}`,
  );
}
const seconds = (systemClock.monotonicMs() - startedMs) / 1_000;
const never = sometimesNames.filter((name) => met[name] === undefined);
print(`${operations} operations in ${seconds.toFixed(1)} s: ${Math.round(operations / seconds)} operations/s`);
print(`with reads, subscribes and repeats: ${begun}, ${Math.round(begun / seconds)}/s`);
print(`faults: ${listed(faults)}`);
print(`crashes per 1,000 operations: ${((crashes * 1_000) / operations).toFixed(1)}`);
print(`situations met: ${sometimesNames.length - never.length} of ${sometimesNames.length}`);
if (never.length > 0) print(`never met: ${never.join(', ')}`);
process.exit(values['all-sometimes'] && never.length > 0 ? 1 : 0);

async function runSeed(seed: number): Promise<SimulationReport> {
  try {
    const report = await simulate(seed, operationsPerSeed);
    if (seed % twiceEvery === 0) {
      const again = await simulate(seed, operationsPerSeed);
      if (again.traceHash !== report.traceHash)
        throw new Error(`Cannot trust the run as a second one of the seed left another trace: ${again.traceHash}`);
    }
    return report;
  } catch (error) {
    process.stderr.write(
      `seed ${seed}: VIOLATION\n${String((error as Error).stack)}\nThe world that it drew: ${JSON.stringify(drawWorld(seed, operationsPerSeed))}\nRun it again: npm run simulate -- --seed ${seed} --seeds 1 --ops ${operationsPerSeed}\n`,
    );
    process.exit(1);
  }
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function addTo(sums: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function whole(text: string, name: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  process.stderr.write(`simulate: Cannot use --${name} as it must be a whole number above 0: value is ${text}\n`);
  process.exit(1);
}
