import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHistogram } from 'node:perf_hooks';
import { after, before, test } from 'node:test';
import { must } from '../src/lib/must.js';
import { encodeMsgpack, encodeUpMsgpack } from '../src/protocol/msgpack.js';
import { Arrivals } from './arrivals.js';
import { ClosedLoop } from './closed-loop.js';
import { Crowd, type CrowdOptions } from './crowd.js';
import { assertSound, RunCheck } from './run-check.js';
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

const folder = mkdtempSync(join(tmpdir(), 'usher-load-history-'));
let started: ServerProcess | null = null;
before(async () => {
  started = await ServerProcess.start({ databaseUrl: null, nodeArguments: [] });
});
after(async () => {
  await started?.stop();
  rmSync(folder, { recursive: true });
});

/** The independent checker over what a test leaves, its clients' histories too. */
async function beginCheck(name: string): Promise<RunCheck> {
  const history = join(folder, `${name}.jsonl`);
  return RunCheck.begin({ 'no-check': false, history }, await must(started, 'a server').databaseUrl());
}

test('the real server accepts every command of lanes with seats of their own, and no hold is left', async () => {
  const loop = new ClosedLoop(shape.seatsPerHold, null);
  const counting = new Counting(loop, 5_000);
  const check = await beginCheck('own-seats');
  const { target } = must(started, 'a server');
  const crowd = await Crowd.open(target, { ...shape, watch: true }, counting, check.history);
  loop.start(crowd.buyers);
  await Promise.race([counting.reached, crowd.lost]);
  loop.stop();
  await crowd.settled();
  assert.equal(crowd.tally.refused, 0);
  assert.equal(crowd.tally.holds, crowd.tally.releases);
  assert.ok(crowd.tally.otherFrames > 0, 'those who watch got a snapshot');
  assert.equal(await crowd.countHolds(), 0);
  await crowd.close();
  const judgement = must(await check.judge(crowd.eventId), 'a judgement');
  assertSound(judgement);
  assert.equal(judgement.entries, 1 + crowd.tally.accepted);
  assert.ok(judgement.operations >= crowd.tally.accepted + crowd.tally.refused);
});

test('[I3] lanes that want the same seats are accepted or get seat_taken, nothing else, and no hold is left', async () => {
  const loop = new ClosedLoop(shape.seatsPerHold, 60);
  const counting = new Counting(loop, 5_000);
  const check = await beginCheck('contended');
  const crowd = await Crowd.open(must(started, 'a server').target, { ...shape, seats: 60 }, counting, check.history);
  loop.start(crowd.buyers);
  await Promise.race([counting.reached, crowd.lost]);
  loop.stop();
  await crowd.settled();
  assert.deepEqual([...crowd.tally.refusals.keys()], ['409 seat_taken']);
  assert.equal(crowd.tally.holds, crowd.tally.releases);
  assert.equal(await crowd.countHolds(), 0);
  await crowd.close();
  const judgement = must(await check.judge(crowd.eventId), 'a judgement');
  assertSound(judgement);
  assert.equal(judgement.entries, 1 + crowd.tally.accepted);
  assert.ok(judgement.operations >= crowd.tally.accepted + crowd.tally.refused);
});

test('open arrivals hold seats at the server until they give them back', async () => {
  const arrivals = new Arrivals(5_000, createHistogram(), Math.random);
  const counting = new Counting(arrivals, 1_000);
  const check = await beginCheck('arrivals');
  const crowd = await Crowd.open(must(started, 'a server').target, shape, counting, check.history);
  arrivals.start(crowd.buyers);
  await Promise.race([counting.reached, crowd.lost]);
  arrivals.stop();
  await crowd.settled();
  assert.equal(await crowd.countHolds(), crowd.tally.holds - crowd.tally.releases);
  arrivals.releaseAll();
  await crowd.settled();
  assert.equal(await crowd.countHolds(), 0);
  await crowd.close();
  const judgement = must(await check.judge(crowd.eventId), 'a judgement');
  assertSound(judgement);
  assert.equal(judgement.entries, 1 + crowd.tally.accepted);
  assert.ok(judgement.operations >= crowd.tally.accepted + crowd.tally.refused);
});

test('[I6] the checker objects where a client says that it was told what is not so', async () => {
  const loop = new ClosedLoop(shape.seatsPerHold, null);
  const counting = new Counting(loop, 100);
  const check = await beginCheck('lie');
  const crowd = await Crowd.open(must(started, 'a server').target, shape, counting, check.history);
  loop.start(crowd.buyers);
  await counting.reached;
  loop.stop();
  await crowd.settled();
  await crowd.close();
  const liar = must(check.history, 'a history').newSocket();
  const limits = { maxMessageBytes: 1, messagesPerSecond: 1, subscriptions: 1 };
  const welcome = { holderId: 'liar', nodeId: 'node', serverTimeMs: 0, tokenExpiresInMs: 1, limits };
  liar.came(encodeMsgpack([1, 1, welcome]), performance.now());
  liar.sending(encodeUpMsgpack({ kind: 'hold', reqId: 2, eventId: crowd.eventId, commandId: 'lie', seats: [1] }));
  const body = { holdId: 'H1-2', seats: [1], expiresInMs: 1, totalMinor: 1, currency: 'EUR' };
  liar.came(encodeMsgpack([4, 2, [1, 2], body]), performance.now());
  const judgement = await check.judge(crowd.eventId);
  assert.throws(() => assertSound(judgement), /I6, change 2: .* of liar/);
  const [, kept = ''] = /--evidence (\S+)\/evidence.jsonl/.exec(judgement?.text ?? '') ?? [];
  rmSync(kept, { recursive: true });
});
