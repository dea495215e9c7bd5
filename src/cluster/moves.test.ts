import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hold } from '../actor/testing/mails.js';
import { must } from '../lib/must.js';
import { type MoveOutcome, Moves } from './moves.js';
import { ClusterScene, type SceneNode } from './testing/cluster-scene.js';

const eventId = 'event-1';

class Scene {
  readonly moves = new Map<string, Moves>();

  private constructor(readonly cluster: ClusterScene) {
    for (const [name, node] of cluster.living) this.moves.set(name, this.#movesOf(node));
  }

  static async of(...names: string[]): Promise<Scene> {
    const cluster = await ClusterScene.of(...names);
    await cluster.createEvent(eventId);
    return new Scene(cluster);
  }

  node(name: string): SceneNode {
    return this.cluster.node(name);
  }

  /** What becomes of it, and how long that takes. */
  async move(by: string, to: string, runMs = 5_000): Promise<MoveOutcome | null> {
    let outcome: MoveOutcome | null = null;
    const next = must(this.node(by).nodes.byId(to), 'a living node');
    void this.#of(by)
      .move(eventId, next)
      .then((value) => {
        outcome = value;
      });
    await this.cluster.time.run(runMs);
    return outcome;
  }

  /** Served there, by an actor that is awake. */
  async servedBy(): Promise<string | null> {
    const head = must(await this.cluster.store.head(eventId), 'the head');
    return head.rested ? null : head.owner;
  }

  /** A hold from a client of that node. */
  async hold(name: string, correlation: number, seat: number): Promise<string[]> {
    this.node(name).router.command(hold(correlation, 'ann', seat));
    await this.cluster.time.run(500);
    return this.node(name)
      .news()
      .filter((line) => line.startsWith(`${correlation} `));
  }

  #of(name: string): Moves {
    return must(this.moves.get(name), 'its moves');
  }

  #movesOf(node: SceneNode): Moves {
    const { time, store } = this.cluster;
    return new Moves({
      own: node.name,
      nodes: node.nodes,
      heads: store,
      shards: {
        // A read wakes the event as the real one does.
        describe: async () => node.router.snapshot(900, eventId),
        handOver: (_, next) => node.handOver(eventId, next),
      },
      router: node.router,
      clock: time,
      timers: time,
    });
  }
}

describe('a planned move', () => {
  test('the owner gives the event away, whichever node was asked, and the next one has it at once', async () => {
    const scene = await Scene.of('node-a', 'node-b', 'node-c');
    await scene.cluster.store.claim(eventId, 'node-a', true);
    assert.deepEqual(await scene.hold('node-a', 1, 3), ['1 accepted 3.2']);
    assert.deepEqual(await scene.move('node-c', 'node-b', 1_000), { kind: 'moved' });
    assert.equal(await scene.servedBy(), 'node-b');
    assert.deepEqual(await scene.hold('node-a', 2, 4), ['2 accepted 4.3']);
    assert.deepEqual(await scene.move('node-b', 'node-c', 1_000), { kind: 'moved' });
    assert.equal(await scene.servedBy(), 'node-c');
    assert.deepEqual(await scene.hold('node-b', 3, 5), ['3 accepted 5.4']);
  });

  test('one that nobody has is the named node’s, which wakes it', async () => {
    const scene = await Scene.of('node-a', 'node-b');
    for (const name of ['node-a', 'node-b']) {
      assert.deepEqual(await scene.move('node-a', name, 1_000), { kind: 'moved' });
      assert.equal(await scene.servedBy(), name);
    }
  });

  test('one whose owner is gone is taken over by the named node', async () => {
    const scene = await Scene.of('node-a', 'node-b', 'node-c');
    await scene.cluster.store.claim(eventId, 'node-a', true);
    scene.cluster.kill('node-a');
    await scene.cluster.time.run(3_000);
    assert.deepEqual(await scene.move('node-b', 'node-c', 2_000), { kind: 'moved' });
    assert.equal(await scene.servedBy(), 'node-c');
  });

  test('the next one has it though it took another for the owner, and though a third asks', async () => {
    const scene = await Scene.of('node-a', 'node-b', 'node-c');
    await scene.cluster.store.claim(eventId, 'node-a', true);
    // Both remember the way to node-a.
    for (const [at, name] of ['node-b', 'node-c'].entries()) await scene.hold(name, at + 1, at + 3);
    assert.deepEqual(await scene.move('node-a', 'node-b', 1_000), { kind: 'moved' });
    assert.equal((await scene.hold('node-c', 7, 7)).length, 1);
    assert.equal(await scene.servedBy(), 'node-b');
  });

  test('one whose journal the named node cannot read is not moved there', async () => {
    const scene = await Scene.of('node-a', 'node-b');
    await scene.cluster.store.claim(eventId, 'node-a', true, 2);
    assert.deepEqual(await scene.move('node-a', 'node-b'), { kind: 'unreadable' });
    assert.equal(await scene.servedBy(), 'node-a');
  });

  test('an event that does not exist is not moved', async () => {
    const scene = await Scene.of('node-a', 'node-b');
    const moves = must(scene.moves.get('node-a'), 'its moves');
    const next = must(scene.node('node-a').nodes.byId('node-b'), 'a node');
    assert.deepEqual(await moves.move('event-9', next), { kind: 'unknownEvent' });
  });

  test('what was said to the owner and lost is said again', async () => {
    const scene = await Scene.of('node-a', 'node-b');
    await scene.cluster.store.claim(eventId, 'node-a', true);
    await scene.hold('node-a', 1, 3);
    const { carrier } = scene.node('node-b');
    carrier.loses = (channel) => channel === 'node:node-a';
    assert.equal(await scene.move('node-b', 'node-b', 500), null);
    assert.equal(await scene.servedBy(), 'node-a');
    carrier.loses = () => false;
    await scene.cluster.time.run(1_500);
    assert.equal(await scene.servedBy(), 'node-b');
  });

  test('without the carrier the owner’s own operator can move it, others hear whom to ask', async () => {
    const scene = await Scene.of('node-a', 'node-b');
    await scene.cluster.store.claim(eventId, 'node-a', true);
    await scene.hold('node-a', 1, 3);
    for (const { carrier } of scene.cluster.living.values()) carrier.isUp = false;
    assert.deepEqual(await scene.move('node-b', 'node-b'), { kind: 'unreachable', owner: 'node-a' });
    assert.deepEqual(await scene.move('node-a', 'node-b'), { kind: 'moved' });
    assert.equal((await scene.cluster.store.head(eventId))?.owner, 'node-b');
  });

  test('it stays where the owner does not hear of it in time', async () => {
    const scene = await Scene.of('node-a', 'node-b');
    await scene.cluster.store.claim(eventId, 'node-a', true);
    scene.node('node-b').carrier.loses = () => true;
    assert.deepEqual(await scene.move('node-b', 'node-b'), { kind: 'stayed' });
    assert.equal(await scene.servedBy(), 'node-a');
  });
});
