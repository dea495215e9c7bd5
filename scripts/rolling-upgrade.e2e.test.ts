import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../src/lib/usage-error.js';
import { buildOf, workingTree } from './git-build.js';
import { RollingUpgrade } from './rolling-upgrade.js';

// Of two real builds: `npm run test:upgrade`. The tests have no history to build an older one of.

test('[I6] [I7] nodes are replaced one by one while people buy, and nothing is lost or doubled', async () => {
  const told: string[] = [];
  const outcome = await RollingUpgrade.run({
    from: workingTree,
    to: { ...workingTree, name: 'the next build' },
    back: false,
    nodes: 2,
    events: 1,
    commandsBetween: 60,
    sale: { buyers: 4, lanes: 2, seatsPerLane: 60, contestedSeats: 4 },
    tell: (line) => told.push(line),
  });
  assert.ok(outcome.commandsAccepted >= 60 * 3);
  const replaced = told.flatMap((line) => /^node-. is the next build/.exec(line)?.[0] ?? []);
  assert.deepEqual(replaced, ['node-a is the next build', 'node-b is the next build']);
  assert.equal(
    told.filter((line) => line.includes('an event was moved')).length,
    2,
    'there and back, between the builds',
  );
});

test('a commit that is not there is said to be so, with what to do', async () => {
  await assert.rejects(buildOf('no-such-ref'), (error) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /^Cannot build no-such-ref as git knows no such commit: .*--unshallow/);
    return true;
  });
});
