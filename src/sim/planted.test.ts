import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPlanted, plantedBugs } from '../lib/planted.js';
import { hunt } from './hunt.js';
import { simulate } from './simulation.js';

/** `npm run simulate:planted` is the big size; here what is quick to find must be found quickly. */
const operations = 600;
const seeds = 25;
const soundSeeds = 10;
/** These need a rare meeting of faults, and the big size. */
const rare = new Set<string>([
  'ungated-refusal',
  'lease-margin-ignored',
  'unknown-commit-settled-by-read',
  'overlay-dropped-early',
]);

for (const bug of plantedBugs) {
  test(`the simulation would see a planted bug: ${bug}`, {
    skip: rare.has(bug) && 'left to simulate:planted',
  }, async () => {
    assert.notEqual(await hunt(bug, seeds, operations), null);
  });
}

test(`nothing is planted once a hunt is over, and the seeds find nothing`, async () => {
  assert.ok(plantedBugs.every((bug) => !isPlanted(bug)));
  for (let seed = 1; seed <= soundSeeds; seed += 1) await simulate(seed, operations);
});
