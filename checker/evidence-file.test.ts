import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { standingConfigurationOf } from '../src/seatmap/testing/hall.js';
import { checkEvidence, type Evidence, historiesOf, violationsIn } from './evidence.js';
import { keepEvidence, KeptEvents } from './evidence-file.js';
import type { Verdict } from './check.js';
import { drawFrom } from './testing/draw.js';
import { SoundRun } from './testing/sound-run.js';

const folder = mkdtempSync(join(tmpdir(), 'usher-evidence-'));
after(() => rmSync(folder, { recursive: true }));

const run = new SoundRun(drawFrom(5), standingConfigurationOf());
for (let step = 0; step < 300; step += 1) run.step();
run.finish();

/** A database with the run's event. */
const database: Evidence = {
  eventIds: () => Promise.resolve([run.eventId]),
  withEvent: (_, read) =>
    read({
      rows: async function* () {
        yield* run.rows;
      },
      tables: () => Promise.resolve(run.tables()),
    }),
};

async function verdictOf(evidence: Evidence): Promise<Verdict> {
  const verdicts: Verdict[] = [];
  const histories = historiesOf(run.operations);
  for await (const verdict of checkEvidence(evidence, { histories, isComplete: true })) verdicts.push(verdict);
  const [verdict, ...others] = verdicts;
  assert.ok(verdict !== undefined && others.length === 0);
  return verdict;
}

test('what was kept of a database is judged as the database itself', async () => {
  const path = join(folder, 'evidence.jsonl');
  await keepEvidence(path, database, [run.eventId]);
  const kept = await KeptEvents.read(path);
  assert.deepStrictEqual(await kept.eventIds(), [run.eventId]);
  const verdict = await verdictOf(kept);
  assert.deepStrictEqual(verdict, await verdictOf(database));
  assert.equal(violationsIn(verdict), 0);
  assert.equal(verdict.entries, run.map.seq);
});

test('[I6] an event that only histories tell of is judged too', async () => {
  const path = join(folder, 'nothing.jsonl');
  await keepEvidence(path, database, []);
  const verdict = await verdictOf(await KeptEvents.read(path));
  assert.equal(verdict.entries, 0);
  assert.ok(violationsIn(verdict) > 0);
});
