/** `npm run simulate`: the seeds that one asks for, each with a line of its own. For long runs there is `npm run torture`. */
import { parseArgs } from 'node:util';
import { systemClock } from '../lib/clock.js';
import { print, runProgram, wholeNumber } from './command-line.js';
import type { SeedJob, SeedOutcome } from './seed-job.js';
import { SeedPool } from './seed-pool.js';
import { listed, Tally } from './tally.js';
import { violationNotice } from './violation-notice.js';

const usage = `npm run simulate -- [--seed S] [--seeds N] [--ops 1000] [--all-sometimes]

Runs one seed, or N of them from --seed on; seeds 1 to 100 where none is named. Exits with 1 at the first violation, after the
world that the seed drew and the command that runs it again. Each tenth is judged by the independent checker too. Each hundredth
seed runs twice and must leave the same trace.

  --ops             operations of one seed, about
  --all-sometimes   exits with 1 where a situation that the run should meet was never met
`;

await runProgram('simulate', async () => {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string' },
      ops: { type: 'string', default: '1000' },
      'all-sometimes': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    print(usage);
    return true;
  }
  const first = wholeNumber(values.seed ?? '1', 'seed');
  const seeds = wholeNumber(values.seeds ?? (values.seed === undefined ? '100' : '1'), 'seeds');
  return simulateAll(first, seeds, wholeNumber(values.ops, 'ops'), values['all-sometimes']);
});

async function simulateAll(first: number, seeds: number, operations: number, allSometimes: boolean): Promise<boolean> {
  const startedMs = systemClock.monotonicMs();
  const tally = new Tally();
  const violated: number[] = [];
  function* jobs(): Generator<SeedJob> {
    for (let seed = first; seed < first + seeds && violated.length === 0; seed += 1)
      yield { seed, operations, bug: null };
  }
  const pool = new SeedPool();
  await pool.runAll(jobs(), (job, outcome) => {
    if (outcome.kind === 'failed') {
      violated.push(job.seed);
      process.stderr.write(violationNotice(job, outcome));
    } else {
      tally.add(outcome.report);
      print(lineOf(outcome));
    }
  });
  await pool.close();
  const seconds = (systemClock.monotonicMs() - startedMs) / 1_000;
  print(
    `${tally.operations} operations in ${seconds.toFixed(1)} s: ${Math.round(tally.operations / seconds)} operations/s`,
  );
  print(`with reads, subscribes and repeats: ${tally.begun}, ${Math.round(tally.begun / seconds)}/s`);
  print(`faults: ${tally.faults}`);
  print(`crashes per 1,000 operations: ${tally.crashesPerThousand}`);
  print(`situations met: ${tally.situationsMet}`);
  const { neverMet } = tally;
  if (allSometimes && neverMet.length > 0) print(`never met: ${neverMet.join(', ')}`);
  return violated.length === 0 && !(allSometimes && neverMet.length > 0);
}

function lineOf({ report, tookMs }: Extract<SeedOutcome, { kind: 'passed' }>): string {
  const { seed, operations, accepted, changes, incarnations, epochs, virtualMs, traceHash, faults } = report;
  const perSecond = Math.round((operations * 1_000) / tookMs);
  return `seed ${seed}: ${operations} operations, ${perSecond}/s, ${accepted} accepted, ${changes} changes, ${incarnations} incarnations, ${epochs} epochs, ${Math.round(virtualMs / 1_000)} s of its time, trace ${traceHash}; ${listed(new Map(Object.entries(faults)))}`;
}
