import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hold, myHolds, watch } from '../actor/testing/mails.js';
import type { EventHeads } from '../journal/port.js';
import { quietLog } from '../store/testing/quiet-log.js';
import { Elsewhere } from './elsewhere.js';
import { ClusterScene, type SceneNode } from './testing/cluster-scene.js';

const eventId = 'event-1';
/** Two nodes between which nothing can be said. The event is node-a's. */
class Scene {
  readonly told: string[] = [];
  headsRead = 0;
  isPostgresDown = false;

  private constructor(
    readonly cluster: ClusterScene,
    readonly owner: SceneNode,
    readonly other: SceneNode,
  ) {
    for (const node of cluster.living.values()) this.#listen(node);
  }

  static async start(): Promise<Scene> {
    const cluster = await ClusterScene.of('node-a', 'node-b');
    await cluster.createEvent(eventId);
    await cluster.store.claim(eventId, 'node-a', true);
    const scene = new Scene(cluster, cluster.node('node-a'), cluster.node('node-b'));
    scene.cut();
    return scene;
  }

  cut(): void {
    for (const { carrier } of this.cluster.living.values()) carrier.isUp = false;
  }

  join(): void {
    for (const { carrier } of this.cluster.living.values()) carrier.isUp = true;
  }

  /** What a node was told in this time, in order, the refusals among it. */
  async news(node: SceneNode, runMs = 100): Promise<string[]> {
    await this.cluster.time.run(runMs);
    return [...this.told.splice(0), ...node.news()];
  }

  #listen({ name, nodes, router }: SceneNode): void {
    const { store, time } = this.cluster;
    const heads: EventHeads = {
      head: (id) => {
        this.headsRead += 1;
        return this.isPostgresDown ? Promise.reject(new Error('down')) : store.head(id);
      },
      give: (id, head, next) => store.give(id, head, next),
    };
    const listener = {
      onElsewhere: (id: string, url: string) => void this.told.push(`${name}: all of ${id} to ${url}`),
      onAskedElsewhere: ({ correlation }: { correlation: number }, url: string) =>
        void this.told.push(`${name}: ${correlation} to ${url}`),
    };
    router.onUnlinked(new Elsewhere({ own: name, nodes, heads, router, listener, clock: time, log: quietLog }));
  }
}

const there = 'ws://node-a/v1/live';

test('whoever asks is sent to the owner, and refused with its address', async () => {
  const scene = await Scene.start();
  const { owner, other } = scene;
  owner.router.command(hold(1, 'ann', 3));
  assert.deepEqual(await scene.news(owner), ['1 accepted 3.2']);
  other.router.command(hold(2, 'bob', 4));
  other.router.myHolds(myHolds(3, 'bob'));
  other.router.watch(watch(4));
  other.router.snapshot(5, eventId);
  const news = await scene.news(other);
  assert.deepEqual(
    news.slice(0, 4),
    [2, 3, 4, 5].map((correlation) => `node-b: ${correlation} to ${there}`),
  );
  assert.equal(news.filter((line) => line.includes('503 busy')).length, 4, news.join('\n'));
  assert.equal(scene.headsRead, 1, 'Postgres is asked once for a crowd');
});

test('what the node has itself, though it took another for the owner, is served in order', async () => {
  const scene = await Scene.start();
  const { owner, other } = scene;
  scene.join();
  other.router.command(hold(1, 'bob', 3));
  await scene.cluster.time.run(100);
  other.news();
  scene.cut();
  const handingOver = owner.handOver(eventId, 'node-b');
  await scene.cluster.time.run(100);
  assert.ok(await handingOver);
  for (let n = 2; n <= 4; n += 1) other.router.command(hold(n, 'bob', n + 2));
  const news = await scene.news(other);
  assert.deepEqual(news, ['2 accepted 4.3', '3 accepted 4.4', '4 accepted 4.5']);
});

test('the owner that takes itself for none says where the event is now', async () => {
  const scene = await Scene.start();
  const { owner } = scene;
  owner.router.command(hold(1, 'ann', 3));
  await scene.news(owner);
  const handingOver = owner.handOver(eventId, 'node-b');
  owner.router.command(hold(2, 'ann', 4));
  const news = await scene.news(owner);
  await handingOver;
  assert.deepEqual(news, ['node-a: 2 to ws://node-b/v1/live', '2 refused 503 busy']);
});

test('watchers are told once the carrier is away for longer than a moment, again if they stay, and not any more when it is back', async () => {
  const scene = await Scene.start();
  const { other } = scene;
  scene.join();
  other.watching.set(eventId, ['bob']);
  other.router.watch(watch(7));
  await scene.news(other);
  scene.cut();
  assert.deepEqual(await scene.news(other, 1_500), []);
  assert.deepEqual(await scene.news(other, 2_000), [`node-b: all of ${eventId} to ${there}`]);
  assert.deepEqual(await scene.news(other, 8_000), []);
  assert.deepEqual(await scene.news(other, 3_000), [`node-b: all of ${eventId} to ${there}`]);
  scene.join();
  assert.deepEqual(await scene.news(other, 20_000), []);
});

test('the owner is gone: its event is served by who should have it now', async () => {
  const scene = await Scene.start();
  const { other } = scene;
  scene.cluster.kill('node-a');
  await scene.cluster.time.run(3_000);
  other.router.command(hold(1, 'bob', 3));
  assert.deepEqual(await scene.news(other, 1_000), ['1 accepted 3.2']);
});

test('while Postgres does not answer either, it is busy', async () => {
  const scene = await Scene.start();
  scene.isPostgresDown = true;
  scene.other.router.command(hold(1, 'bob', 3));
  assert.deepEqual(await scene.news(scene.other), ['1 refused 503 busy']);
});
