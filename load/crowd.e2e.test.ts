import assert from 'node:assert/strict';
import { createHistogram } from 'node:perf_hooks';
import { after, before, test } from 'node:test';
import { must } from '../src/lib/must.js';
import { Arrivals } from './arrivals.js';
import { ClosedLoop } from './closed-loop.js';
import { Crowd, type CrowdOptions } from './crowd.js';
import { ServerProcess } from './server-process.js';
import { Counting } from './testing/counting.js';

const shape: CrowdOptions = {
  sockets: 4,
  socketsPerHolder: 2,
  lanes: 16,
  seatsPerHold: 2,
  seats: null,
  watch: false,
};

let started: ServerProcess | null = null;
before(async () => {
  started = await ServerProcess.start({ databaseUrl: null, nodeArguments: [] });
});
after(async () => {
  await started?.stop();
});

test('the real server accepts every command of lanes with seats of their own, and no hold is left', async () => {
  const loop = new ClosedLoop(shape.seatsPerHold, null);
  const counting = new Counting(loop, 5_000);
  const crowd = await Crowd.open(must(started, 'a server').target, { ...shape, watch: true }, counting);
  loop.start(crowd.buyers);
  await Promise.race([counting.reached, crowd.lost]);
  loop.stop();
  await crowd.settled();
  assert.equal(crowd.tally.refused, 0);
  assert.equal(crowd.tally.holds, crowd.tally.releases);
  assert.ok(crowd.tally.otherFrames > 0, 'those who watch got a snapshot');
  assert.equal(await crowd.countHolds(), 0);
  await crowd.close();
});

test('[I3] lanes that want the same seats are accepted or get seat_taken, nothing else, and no hold is left', async () => {
  const loop = new ClosedLoop(shape.seatsPerHold, 60);
  const counting = new Counting(loop, 5_000);
  const crowd = await Crowd.open(must(started, 'a server').target, { ...shape, seats: 60 }, counting);
  loop.start(crowd.buyers);
  await Promise.race([counting.reached, crowd.lost]);
  loop.stop();
  await crowd.settled();
  assert.deepEqual([...crowd.tally.refusals.keys()], ['409 seat_taken']);
  assert.equal(crowd.tally.holds, crowd.tally.releases);
  assert.equal(await crowd.countHolds(), 0);
  await crowd.close();
});

test('open arrivals hold seats at the server until they give them back', async () => {
  const arrivals = new Arrivals(5_000, createHistogram(), Math.random);
  const counting = new Counting(arrivals, 1_000);
  const crowd = await Crowd.open(must(started, 'a server').target, shape, counting);
  arrivals.start(crowd.buyers);
  await Promise.race([counting.reached, crowd.lost]);
  arrivals.stop();
  await crowd.settled();
  assert.equal(await crowd.countHolds(), crowd.tally.holds - crowd.tally.releases);
  arrivals.releaseAll();
  await crowd.settled();
  assert.equal(await crowd.countHolds(), 0);
  await crowd.close();
});
