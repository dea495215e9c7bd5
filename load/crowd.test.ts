import assert from 'node:assert/strict';
import { createHistogram } from 'node:perf_hooks';
import { test, type TestContext } from 'node:test';
import { Arrivals } from './arrivals.js';
import type { Strategy } from './buyer.js';
import { ClosedLoop } from './closed-loop.js';
import { Crowd, type CrowdOptions } from './crowd.js';
import { Counting } from './testing/counting.js';
import { SeatSeller } from './testing/seat-seller.js';

const shape: CrowdOptions = {
  sockets: 3,
  socketsPerHolder: 1,
  lanes: 5,
  seatsPerHold: 2,
  seats: null,
  watch: false,
};

async function open(
  context: TestContext,
  strategy: Strategy,
  options: Partial<CrowdOptions> = {},
): Promise<{ seller: SeatSeller; crowd: Crowd }> {
  const seller = await SeatSeller.start();
  const crowd = await Crowd.open(seller.target, { ...shape, ...options }, strategy);
  context.after(async () => {
    await crowd.close();
    await seller.stop();
  });
  return { seller, crowd };
}

test('a closed loop holds and releases without fault, and leaves no hold', async (context) => {
  const loop = new ClosedLoop(shape.seatsPerHold, null);
  const counting = new Counting(loop, 2_000);
  const { seller, crowd } = await open(context, counting, { watch: true });
  loop.start(crowd.buyers);
  await Promise.race([counting.reached, crowd.lost]);
  loop.stop();
  await crowd.settled();
  assert.deepEqual(seller.faults, []);
  assert.equal(crowd.tally.refused, 0);
  assert.equal(crowd.tally.holds, crowd.tally.releases);
  assert.equal(crowd.tally.accepted, seller.commands);
  assert.equal(crowd.tally.latencyUs.count, seller.commands);
  assert.equal(seller.holds.size, 0);
  assert.equal(await crowd.countHolds(), 0);
});

test('a contended loop counts refusals by code and goes on', async (context) => {
  const loop = new ClosedLoop(2, 6);
  const counting = new Counting(loop, 2_000);
  const { seller, crowd } = await open(context, counting, { seats: 6 });
  loop.start(crowd.buyers);
  await Promise.race([counting.reached, crowd.lost]);
  loop.stop();
  await crowd.settled();
  assert.deepEqual(seller.faults, []);
  assert.deepEqual([...crowd.tally.refusals.keys()], ['409 seat_taken']);
  assert.equal(crowd.tally.accepted + crowd.tally.refused, seller.commands);
  assert.equal(seller.holds.size, 0);
});

for (const code of ['503 unavailable', '503 busy', '429 slow_down']) {
  test(`a command that met ${code} is sent again with the same commandId`, async (context) => {
    const loop = new ClosedLoop(shape.seatsPerHold, null);
    const counting = new Counting(loop, 200);
    const { seller, crowd } = await open(context, counting);
    const met = new Map<string, number>();
    seller.refuse = (frame) => {
      const times = (met.get(frame.commandId) ?? 0) + 1;
      met.set(frame.commandId, times);
      return times === 1 && met.size % 10 === 0 ? [code, { retryAfterMs: 1 }] : null;
    };
    loop.start(crowd.buyers);
    await Promise.race([counting.reached, crowd.lost]);
    loop.stop();
    await crowd.settled();
    const repeated = [...met.values()].filter((times) => times === 2).length;
    assert.ok(repeated > 0);
    assert.equal(crowd.tally.repeats, repeated);
    assert.equal(crowd.tally.refused, 0);
    assert.deepEqual(seller.faults, []);
    assert.equal(seller.holds.size, 0);
  });
}

test('a refused release frees its lane, as the hold is gone', async (context) => {
  const loop = new ClosedLoop(shape.seatsPerHold, null);
  const counting = new Counting(loop, 500);
  const { seller, crowd } = await open(context, counting);
  seller.refuse = (frame) => {
    if (frame.kind !== 'release' || seller.commands % 7 !== 0) return null;
    for (const seat of seller.holds.get(frame.holdId) ?? []) seller.holderOfSeat.delete(seat);
    seller.holds.delete(frame.holdId);
    return ['410 hold_ended', { reason: 'expired' }];
  };
  loop.start(crowd.buyers);
  await Promise.race([counting.reached, crowd.lost]);
  loop.stop();
  await crowd.settled();
  assert.deepEqual([...crowd.tally.refusals.keys()], ['410 hold_ended']);
  assert.deepEqual(seller.faults, []);
});

test('open arrivals alternate holds and releases, and give back all that they hold', async (context) => {
  const arrivals = new Arrivals(20_000, createHistogram(), Math.random);
  const counting = new Counting(arrivals, 2_000);
  const { seller, crowd } = await open(context, counting);
  arrivals.start(crowd.buyers);
  await Promise.race([counting.reached, crowd.lost]);
  arrivals.stop();
  await crowd.settled();
  assert.ok(seller.holds.size > 0);
  arrivals.releaseAll();
  await crowd.settled();
  assert.equal(seller.holds.size, 0);
  assert.equal(crowd.tally.holds, crowd.tally.releases);
  assert.deepEqual(seller.faults, []);
});

test('a lost socket ends the run with its close code', async (context) => {
  const loop = new ClosedLoop(shape.seatsPerHold, null);
  const counting = new Counting(loop, 100);
  const { seller, crowd } = await open(context, counting);
  loop.start(crowd.buyers);
  await Promise.race([counting.reached, crowd.lost]);
  seller.disconnect(4013);
  await assert.rejects(crowd.lost, /Cannot go on as socket \d is lost: the server closed with 4013/);
});

test('an answer that belongs to no command in flight ends the run', async (context) => {
  const idle = new ClosedLoop(shape.seatsPerHold, null);
  const { seller, crowd } = await open(context, idle, { sockets: 1 });
  seller.send([4, 4096, [1, 1], { holdId: 'H1-1', seats: [0, 1], remaining: [] }]);
  await assert.rejects(crowd.lost, /Cannot match an answer to a command in flight: reqId is 4096/);
});

test('more seats than the largest hall has are refused before anything is sent', async () => {
  const seller = await SeatSeller.start();
  const opened = Crowd.open(seller.target, { ...shape, sockets: 50_000 }, new ClosedLoop(2, null));
  await assert.rejects(opened, /Cannot give every lane seats of its own: 500000 are needed/);
  await seller.stop();
});
