import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mail } from '../actor/mail.js';
import { hold, watch } from '../actor/testing/mails.js';
import { must } from '../lib/must.js';
import { PackedWriter } from '../shard/packed.js';
import { writeMail } from '../shard/requests.js';
import { quietLog } from '../store/testing/quiet-log.js';
import { Elsewhere } from './elsewhere.js';
import { encodeLinkMessage } from './link-message.js';
import { ClusterScene, type SceneNode } from './testing/cluster-scene.js';

const eventId = 'event-1';

/** Two nodes of which one reads journals of format 2, and an event at rest that may be in it. The other one should have it. */
async function oldAndNew(): Promise<{ scene: ClusterScene; older: SceneNode; newer: SceneNode }> {
  for (const [olderName, newerName] of [
    ['node-a', 'node-b'],
    ['node-b', 'node-a'],
  ] as const) {
    const scene = await ClusterScene.ofReleases({ [olderName]: {}, [newerName]: { journalFormat: 2 } });
    await scene.createEvent(eventId);
    const older = scene.node(olderName);
    if (older.nodes.winnerOf(eventId).nodeId !== olderName) continue;
    await scene.store.claim(eventId, newerName, true, 2);
    await scene.store.rest(eventId, 2, 1, null);
    return { scene, older, newer: scene.node(newerName) };
  }
  throw new Error('Cannot set the scene as each node leaves the event to the other');
}

test('what a node is asked for and cannot read is decided by one that can, in order, and watched there', async () => {
  const { scene, older, newer } = await oldAndNew();
  for (let n = 1; n <= 3; n += 1) older.router.command(hold(n, 'ann', n));
  await scene.time.run(200);
  assert.deepEqual(older.news(), ['1 accepted 3.2', '2 accepted 3.3', '3 accepted 3.4']);
  assert.equal((await scene.store.head(eventId))?.owner, newer.name);
  older.watching.set(eventId, ['bob']);
  older.router.watch(watch(7));
  await scene.time.run(100);
  newer.router.command(hold(8, 'cid', 8));
  await scene.time.run(1_100);
  assert.deepEqual(older.news(), ['watch 7 accepted 3.4 and snapshot 3.4', 'all delta 4-5']);
});

test('when the only node that reads an event is lost, nobody claims it, and what is asked is not decided', async () => {
  const { scene, older, newer } = await oldAndNew();
  older.watching.set(eventId, ['ann']);
  older.router.watch(watch(1));
  older.router.command(hold(2, 'ann', 2));
  await scene.time.run(200);
  older.news();
  scene.kill(newer.name);
  older.router.command(hold(3, 'ann', 3));
  await scene.time.run(12_000);
  assert.deepEqual(older.news(), ['3 refused 503 unavailable']);
  assert.equal((await scene.store.head(eventId))?.owner, newer.name);
});

test('placement leaves out nodes that cannot read the event, as long as one can', async () => {
  const { older, newer, scene } = await oldAndNew();
  assert.equal(older.nodes.winnerOf(eventId, 2).nodeId, newer.name);
  assert.equal(newer.nodes.winnerOf(eventId, 2).nodeId, newer.name);
  scene.kill(newer.name);
  await scene.time.run(5_000);
  assert.equal(older.nodes.winnerOf(eventId, 2).nodeId, older.name, 'somebody must hear of it');
});

test('without the carrier, clients of an event that this node cannot read are sent to who can', async () => {
  const { scene, older, newer } = await oldAndNew();
  const told: string[] = [];
  const { router, nodes, name } = older;
  const listener = {
    onElsewhere: () => undefined,
    onAskedElsewhere: (_: unknown, url: string) => void told.push(url),
  };
  router.onUnlinked(
    new Elsewhere({ own: name, nodes, heads: scene.store, router, listener, clock: scene.time, log: quietLog }),
  );
  for (const { carrier } of scene.living.values()) carrier.isUp = false;
  router.command(hold(1, 'ann', 3));
  await scene.time.run(200);
  assert.deepEqual([told, older.news()], [[`ws://${newer.name}/v1/live`], ['1 refused 503 busy']]);
});

test('a mail that only another release understands is passed over whole, and what came with it is answered', async () => {
  const scene = await ClusterScene.of('node-a', 'node-b');
  await scene.createEvent(eventId);
  await scene.store.claim(eventId, 'node-a', true);
  const packed = (mail: Mail, more: readonly number[] = []): Uint8Array => {
    const writer = new PackedWriter();
    writeMail(writer, mail);
    return Uint8Array.from([...writer.take(), ...more]);
  };
  const known = packed(hold(1, 'ann', 3));
  const longer = packed(hold(2, 'ann', 4), [1, 2]);
  const ofNewKind = Uint8Array.from(known, (byte, at) => (at === 0 ? 99 : byte));
  const mails = [ofNewKind, longer, known.subarray(0, known.length - 3), Uint8Array.of(), known];
  const bytes = encodeLinkMessage({
    sender: 'node-b',
    receiver: 'node-a',
    linkSeq: 1_000,
    sentAtMs: scene.nowMs(),
    records: mails.map((mail) => ({ kind: 'mail', patienceMs: 5_000, mail })),
  });
  const { heard } = scene.node('node-b');
  scene.node('node-b').router.command(hold(1, 'ann', 3));
  scene.node('node-b').carrier.send('node:node-a', bytes);
  await scene.time.run(100);
  assert.deepEqual(heard.came.news(), ['1 accepted 3.2']);
  assert.equal((await scene.store.head(eventId))?.seq, 2, 'nothing else was done');
});

test('a node whose link is of another version is told nothing: clients are sent to it', async () => {
  const scene = await ClusterScene.ofReleases({ 'node-a': {}, 'node-b': {}, 'node-c': { linkVersion: 2 } });
  await scene.createEvent(eventId);
  await scene.store.claim(eventId, 'node-c', true);
  const asked: number[] = [];
  const { router } = scene.node('node-a');
  router.onUnlinked({
    asked: (mail) => {
      asked.push(mail.correlation);
      router.refuse(mail, scene.rowOf('node-c').url);
    },
    tick: () => undefined,
  });
  router.onMoved(eventId, 'node-c');
  router.command(hold(1, 'ann', 3));
  await scene.time.run(100);
  assert.deepEqual([asked, scene.node('node-a').news()], [[1], ['1 refused 503 busy']]);
  assert.deepEqual([router.canTell('node-b'), router.canTell('node-c')], [true, false]);
  assert.ok(must(scene.living.get('node-c'), 'the node').nodes.isUnderstoodBy('node-c'), 'it understands itself');
});
