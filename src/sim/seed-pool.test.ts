import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { hunt } from './hunt.js';
import type { SeedJob, SeedOutcome } from './seed-job.js';
import { SeedPool } from './seed-pool.js';
import { simulate } from './simulation.js';

const pool = new SeedPool(2);
after(() => pool.close());

function* seeds(count: number, job: Omit<SeedJob, 'seed'>): Generator<SeedJob> {
  for (let seed = 1; seed <= count; seed += 1) yield { ...job, seed };
}

async function outcomesOf(on: SeedPool, jobs: Generator<SeedJob>): Promise<SeedOutcome[]> {
  const outcomes: SeedOutcome[] = [];
  await on.runAll(jobs, ({ seed }, outcome) => {
    outcomes[seed - 1] = outcome;
  });
  return outcomes;
}

test('seeds say on another thread what they say here', async () => {
  const outcomes = await outcomesOf(pool, seeds(4, { operations: 200, bug: null }));
  assert.equal(outcomes.length, 4);
  for (const [index, outcome] of outcomes.entries()) {
    assert.equal(outcome.kind, 'passed');
    assert.deepEqual(outcome.report, await simulate(index + 1, 200));
  }
});

test('jobs are asked for one by one, so that what was found can end the run', async () => {
  const found: SeedOutcome[] = [];
  let asked = 0;
  function* jobs(): Generator<SeedJob> {
    while (found.length === 0) {
      asked += 1;
      yield { seed: asked, operations: 50, bug: null };
    }
  }
  await pool.runAll(jobs(), (_, outcome) => found.push(outcome));
  assert.equal(asked, 2);
});

test('a hunt tells the first seed that catches the bug, and leaves nothing planted behind', async () => {
  const caught = await hunt(pool, 'limit-off-by-one', 30, 600);
  assert.ok(caught !== null);
  assert.match(caught.message, /\[I12\]/);
  assert.deepEqual(await hunt(pool, 'limit-off-by-one', 30, 600), caught);
  const sound = await outcomesOf(pool, seeds(caught.seed, { operations: 600, bug: null }));
  assert.ok(sound.every(({ kind }) => kind === 'passed'));
});

test('a bug that no seed meets is not caught', async () => {
  // Nothing is extended with one operation.
  assert.equal(await hunt(pool, 'extension-shortens', 2, 1), null);
});

test('a seed that does not end fails, and its thread is replaced', async () => {
  const impatient = new SeedPool(1, 1);
  const outcomes = await outcomesOf(impatient, seeds(2, { operations: 5_000, bug: null }));
  await impatient.close();
  for (const outcome of outcomes) {
    assert.ok(outcome.kind === 'failed');
    assert.equal(outcome.noticedBy, 'time limit');
  }
  assert.equal(outcomes.length, 2);
});
