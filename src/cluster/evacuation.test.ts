import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatWritten } from '../journal/entry-format.js';
import { VirtualTime } from '../lib/testing/virtual-time.js';
import type { Log } from '../observability/log.js';
import { Evacuation } from './evacuation.js';
import type { LivingNode } from './living-nodes.js';

const nodeOf = (name: string, draining: boolean): LivingNode => {
  return {
    nodeId: name,
    incarnation: name,
    url: '',
    version: '1',
    shards: 1,
    journalFormat: 1,
    linkVersion: 1,
    draining,
    expiresInMs: 5_000,
  };
};

/** A node with events, of which some stay for the first tries. */
class Scene {
  readonly time = new VirtualTime();
  readonly events = new Set<string>();
  readonly stays = new Map<string, number>();
  readonly given: string[] = [];
  readonly progress: unknown[] = [];
  own = nodeOf('own', true);
  others = [nodeOf('other', false)];
  underWay = 0;
  mostAtOnce = 0;
  changed: () => void = () => undefined;
  readonly evacuation: Evacuation;

  constructor(count: number) {
    for (let n = 0; n < count; n += 1) this.events.add(`event-${n}`);
    this.evacuation = new Evacuation({
      own: 'own',
      nodes: {
        byIncarnation: () => this.own,
        winnerOf: () => this.others[0] ?? this.own,
        onChanged: (listener) => {
          this.changed = listener;
        },
      },
      shards: { eventIds: async () => [...this.events] },
      moves: { handOver: (eventId, next) => this.#handOver(eventId, next) },
      clock: this.time,
      timers: this.time,
      log: this.#log(),
    });
  }

  async #handOver(eventId: string, next: string): Promise<boolean> {
    this.underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.underWay);
    await new Promise<void>((resolve) => this.time.after(10, resolve));
    this.underWay -= 1;
    const stays = this.stays.get(eventId) ?? 0;
    this.stays.set(eventId, stays - 1);
    if (stays > 0) return false;
    this.events.delete(eventId);
    this.given.push(`${eventId} to ${next}`);
    return true;
  }

  #log(): Log {
    const silent = (): void => undefined;
    const info = (fields: object): void => void this.progress.push(fields);
    return { debug: silent, info, warn: silent, error: silent, child: () => this.#log() };
  }

  async run(graceMs: number, runMs: number): Promise<number | null> {
    let left: number | null = null;
    void this.evacuation.run(graceMs).then((value) => {
      left = value;
    });
    await this.time.run(runMs);
    return left;
  }
}

test('every event goes, a few at a time, and the log tells how many are left', async () => {
  const scene = new Scene(10);
  assert.equal(await scene.run(5_000, 1_000), 0);
  assert.equal(scene.given.length, 10);
  assert.equal(scene.mostAtOnce, 4);
  assert.deepEqual(scene.progress, [{ eventsLeft: 10 }]);
});

test('one that stays is tried again, until the time is over', async () => {
  const scene = new Scene(3);
  scene.stays.set('event-1', 2);
  assert.equal(await scene.run(5_000, 2_000), 0);
  assert.deepEqual(scene.given.slice(2), ['event-1 to other']);
  const stuck = new Scene(3);
  stuck.stays.set('event-1', Number.POSITIVE_INFINITY);
  assert.equal(await stuck.run(2_000, 3_000), 1);
});

test('nobody takes events: they stay', async () => {
  const scene = new Scene(2);
  scene.others = [];
  assert.equal(await scene.run(5_000, 10), 2);
  scene.others = [nodeOf('other', true)];
  assert.equal(await scene.run(5_000, 10), 2);
  scene.others = [{ ...nodeOf('other', false), journalFormat: formatWritten - 1 }];
  assert.equal(await scene.run(5_000, 10), 2, 'it cannot read what this node has written');
  assert.deepEqual(scene.given, []);
});

test('a node that is told to drain while it runs is kept empty, until it is told otherwise', async () => {
  const scene = new Scene(1);
  scene.own = nodeOf('own', false);
  scene.evacuation.start();
  scene.changed();
  await scene.time.run(2_000);
  assert.deepEqual(scene.given, []);

  scene.own = nodeOf('own', true);
  scene.changed();
  await scene.time.run(100);
  assert.deepEqual(scene.given, ['event-0 to other']);
  scene.events.add('late');
  await scene.time.run(1_500);
  assert.deepEqual(scene.given, ['event-0 to other', 'late to other']);

  scene.evacuation.stop();
  await scene.time.run(2_000);
  scene.events.add('later');
  await scene.time.run(2_000);
  assert.equal(scene.given.length, 2);
});
