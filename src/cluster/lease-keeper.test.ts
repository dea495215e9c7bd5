import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LeaseReading } from '../actor/actor-time.js';
import { must } from '../lib/must.js';
import { VirtualTime } from '../lib/testing/virtual-time.js';
import type { Log } from '../observability/log.js';
import { LeaseKeeper } from './lease-keeper.js';

const leaseMs = 9_000;
const storeOffsetMs = 60_000_000;

/** A Postgres that answers after `tripMs`, half of it on the way there. */
class Scene {
  readonly time = new VirtualTime();
  readonly readings: LeaseReading[] = [];
  readonly warnings: object[] = [];
  superseded = 0;
  renewals = 0;
  tripMs = 0;
  storeOffsetMs = storeOffsetMs;
  isAway = false;
  hasSuccessor = false;
  readonly keeper: LeaseKeeper;

  constructor() {
    const log: Log = {
      debug: () => undefined,
      info: () => undefined,
      warn: (fields) => this.warnings.push(fields),
      error: () => undefined,
      child: () => log,
    };
    this.keeper = new LeaseKeeper(
      { renew: () => this.#renew() },
      leaseMs,
      this.time,
      this.time,
      log,
      (reading) => this.readings.push(reading),
      () => {
        this.superseded += 1;
      },
    );
  }

  get lastReading(): LeaseReading | undefined {
    return this.readings.at(-1);
  }

  async started(): Promise<this> {
    const starting = this.keeper.start();
    await this.time.run(this.tripMs);
    await starting;
    return this;
  }

  async #renew(): Promise<number | null> {
    this.renewals += 1;
    const { tripMs } = this;
    await this.#trip(tripMs / 2);
    if (this.isAway) throw new Error('the link broke');
    const storeMs = this.hasSuccessor ? null : this.time.monotonicMs() + this.storeOffsetMs;
    await this.#trip(tripMs / 2);
    return storeMs;
  }

  #trip(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.time.after(delayMs, resolve);
    });
  }
}

test('the node may answer for a lease less a tenth, counted from sending the renewal', async () => {
  const scene = new Scene();
  scene.tripMs = 400;
  const sentMs = scene.time.monotonicMs();
  await scene.started();
  assert.equal(scene.lastReading?.answersUntilMonotonicMs, sentMs + 8_100);
  assert.equal(scene.keeper.answersForMs, 7_700);
  assert.equal(scene.keeper.roundTripMs, 400);
});

test('it is renewed three times in its life', async () => {
  const scene = await new Scene().started();
  await scene.time.run(9_000);
  assert.equal(scene.renewals, 4);
  assert.equal(scene.readings.length, 4);
  assert.equal(scene.keeper.answersForMs, 8_100);
});

test('an answer that comes after the lease has run out allows nothing; the next renewal does', async () => {
  const scene = await new Scene().started();
  scene.tripMs = 20_000;
  await scene.time.run(3_000 + 20_000);
  assert.equal(scene.keeper.answersForMs, 0);
  scene.tripMs = 0;
  await scene.time.run(3_000);
  assert.equal(scene.keeper.answersForMs, 8_100);
});

test('renewals that fail are warned of, soon tried again, and after the lease answers stop until one succeeds', async () => {
  const scene = await new Scene().started();
  scene.isAway = true;
  await scene.time.run(5_000);
  assert.equal(scene.warnings.length, 3, 'after 3,000, 3,750 and 4,500 ms');
  assert.equal(scene.keeper.answersForMs, 3_100);
  await scene.time.run(4_000);
  assert.equal(scene.keeper.answersForMs, 0);
  scene.isAway = false;
  await scene.time.run(750);
  assert.equal(scene.keeper.answersForMs, 8_100);
  assert.equal(scene.superseded, 0);
});

/** Whether events of others may be taken over. */
function mayTakeOver(scene: Scene): boolean {
  return scene.time.monotonicMs() >= must(scene.lastReading, 'a reading').mayTakeOverFromMonotonicMs;
}

test('nothing is taken over before Postgres has answered for a whole lease', async () => {
  const scene = await new Scene().started();
  await scene.time.run(8_999);
  assert.equal(mayTakeOver(scene), false);
  await scene.time.run(1);
  assert.equal(mayTakeOver(scene), true);
});

test('a Postgres that was away for less than a lease may have cost others theirs: nothing is taken over for a lease', async () => {
  const scene = await new Scene().started();
  await scene.time.run(9_000);
  const wasRenewedAtMs = scene.time.monotonicMs();
  scene.isAway = true;
  await scene.time.run(3_000 + 2_249);
  assert.equal(mayTakeOver(scene), true, 'owners still have their leases');
  await scene.time.run(1);
  assert.equal(mayTakeOver(scene), false);
  scene.isAway = false;
  await scene.time.run(750);
  const answersAgainAtMs = wasRenewedAtMs + 6_000;
  assert.equal(scene.lastReading?.mayTakeOverFromMonotonicMs, answersAgainAtMs + leaseMs);
  await scene.time.run(leaseMs);
  assert.equal(mayTakeOver(scene), true);
});

test('so it is where Postgres stood still', async () => {
  const scene = await new Scene().started();
  await scene.time.run(9_000);
  scene.tripMs = 2_251;
  await scene.time.run(3_000 + 2_251);
  assert.equal(mayTakeOver(scene), false);
  scene.tripMs = 0;
  await scene.time.run(12_000);
  assert.equal(mayTakeOver(scene), true);
});

test('superseded by a later incarnation: told once, and nothing is renewed any more', async () => {
  const scene = await new Scene().started();
  scene.hasSuccessor = true;
  await scene.time.run(60_000);
  assert.equal(scene.superseded, 1);
  assert.equal(scene.renewals, 2);
  assert.equal(scene.readings.length, 1);
  assert.equal(scene.time.pendingTimers, 0);
});

test('where Postgres does not answer at the start, the start fails', async () => {
  const scene = new Scene();
  scene.isAway = true;
  const starting = scene.keeper.start();
  await Promise.all([assert.rejects(starting), scene.time.run(0)]);
  assert.equal(scene.time.pendingTimers, 0);
});

test('stopped: a renewal that is under way changes nothing, and no other follows', async () => {
  const scene = await new Scene().started();
  scene.tripMs = 100;
  await scene.time.run(3_050);
  scene.keeper.stop();
  await scene.time.run(60_000);
  assert.equal(scene.readings.length, 1);
  assert.equal(scene.renewals, 2);
  assert.equal(scene.time.pendingTimers, 0);
});

test("Postgres' time comes from the sample with the least round trip", async () => {
  const scene = new Scene();
  scene.tripMs = 10;
  await scene.started();
  assert.equal(scene.lastReading?.storeOffsetMs, storeOffsetMs);
  // The clock is read on half of the way, so a sample is off by half its round trip at most: here its clock seems 90 ms ahead.
  scene.tripMs = 200;
  scene.storeOffsetMs = storeOffsetMs + 90;
  await scene.time.run(3_200);
  assert.equal(scene.lastReading?.storeOffsetMs, storeOffsetMs);
  assert.equal(scene.keeper.nowMs(), scene.time.monotonicMs() + storeOffsetMs);
  scene.tripMs = 4;
  await scene.time.run(3_200);
  assert.equal(scene.lastReading?.storeOffsetMs, storeOffsetMs + 90);
});

test('after a suspended machine the samples from before are worthless, however good they were', async () => {
  const scene = await new Scene().started();
  // An hour passed that the monotonic clock did not count.
  scene.storeOffsetMs += 3_600_000;
  scene.time.jumpWallClock(3_600_000);
  scene.tripMs = 50;
  await scene.time.run(3_050);
  assert.equal(scene.lastReading?.storeOffsetMs, storeOffsetMs + 3_600_000);
  assert.equal(scene.lastReading?.wallOffsetMs, scene.time.wallMs() - scene.time.monotonicMs());
});

test('only the samples of the last minutes count: clocks drift', async () => {
  const scene = await new Scene().started();
  scene.tripMs = 2;
  for (let n = 1; n <= 21; n += 1) {
    scene.storeOffsetMs += 2;
    await scene.time.run(3_002);
  }
  assert.ok((scene.lastReading?.storeOffsetMs ?? 0) > storeOffsetMs, 'the first sample is forgotten');
});
