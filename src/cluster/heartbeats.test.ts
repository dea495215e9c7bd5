import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualTime } from '../lib/testing/virtual-time.js';
import type { NodeLoad } from '../observability/load-meter.js';
import { quietLog } from '../store/testing/quiet-log.js';
import type { CarrierListener } from './carrier.js';
import { decodeHeartbeat, encodeHeartbeat, heartbeatChannel } from './heartbeat.js';
import { Heartbeats } from './heartbeats.js';
import type { LivingNode } from './living-nodes.js';
import { MemoryBus } from './testing/memory-carrier.js';

const load: NodeLoad = {
  sockets: 3,
  subscriptions: 4,
  commandsPerSecond: 500,
  mailboxCommands: 0,
  commitMs: 2.5,
  postgresLatencyMs: null,
  eventLoopDelayMs: 21,
};

const silent: CarrierListener = {
  onMessage: () => assert.fail('a heartbeat is not for whoever else listens'),
  onListening: () => undefined,
  onUp: () => undefined,
  onDown: () => undefined,
};

/** Nodes on one bus that know the incarnations of `known`. */
function scene() {
  const time = new VirtualTime();
  const bus = new MemoryBus({ timers: time, latencyMs: 1 });
  const known = new Set(['a.1', 'b.1']);
  const state = { looks: 0, changed: [] as (() => void)[] };
  const join = (own: string, measure: () => Promise<NodeLoad> = () => Promise.resolve(load)): Heartbeats => {
    const heartbeats = new Heartbeats({
      own,
      nodes: {
        byIncarnation: (incarnation) =>
          known.has(incarnation) ? ({ incarnation } as unknown as LivingNode) : undefined,
        onChanged: (listener) => state.changed.push(listener),
        look: () => {
          state.looks += 1;
          return Promise.resolve();
        },
      },
      measure,
      clock: time,
      timers: time,
      log: quietLog,
    });
    heartbeats.open(silent, (listener) => bus.connect(listener));
    heartbeats.start();
    return heartbeats;
  };
  return { time, bus, known, state, join };
}

test('each node knows how busy it is and how busy the others are, until they are silent for too long', async () => {
  const { time, bus, join } = scene();
  const [a, b] = [join('a.1'), join('b.1')];
  await time.run(1_500);
  assert.deepEqual(a.loadOf('b.1'), { ...load, measuredMsAgo: 499 });
  assert.deepEqual(b.loadOf('b.1'), { ...load, measuredMsAgo: 500 });
  assert.equal(a.loadOf('c.1'), null);
  b.stop();
  await time.run(11_000);
  assert.equal(a.loadOf('b.1'), null, 'what it said is of long ago');
  assert.notEqual(a.loadOf('a.1'), null);
  bus.cutAll();
  await time.run(5_000);
  assert.notEqual(a.loadOf('a.1'), null, 'it needs nobody to know itself');
});

test('somebody unknown is a reason to read the lease rows, once a second at most, and is not believed', async () => {
  const { time, known, state, join } = scene();
  const a = join('a.1');
  join('c.1');
  join('d.1');
  known.delete('b.1');
  await time.run(1_900);
  assert.equal(a.loadOf('c.1'), null);
  const looksOfThree = state.looks;
  assert.ok(looksOfThree >= 1 && looksOfThree <= 3 * 2, `looks is ${looksOfThree}`);
  known.add('c.1');
  await time.run(1_000);
  assert.notEqual(a.loadOf('c.1'), null);
});

test('a node that is gone is forgotten', async () => {
  const { time, known, state, join } = scene();
  const a = join('a.1');
  const b = join('b.1');
  await time.run(1_500);
  b.stop();
  assert.notEqual(a.loadOf('b.1'), null);
  known.delete('b.1');
  for (const changed of state.changed) changed();
  known.add('b.1');
  assert.equal(a.loadOf('b.1'), null);
});

test('a load that cannot be measured is not told, and the next one is', async () => {
  const { time, join } = scene();
  let isAble = false;
  const a = join('a.1', () => (isAble ? Promise.resolve(load) : Promise.reject(new Error('the shard is gone'))));
  await time.run(1_500);
  assert.equal(a.loadOf('a.1'), null);
  isAble = true;
  await time.run(1_000);
  assert.notEqual(a.loadOf('a.1'), null);
});

test('whatever else comes on the channel is passed over', async () => {
  const { time, bus, join } = scene();
  const a = join('a.1');
  const stranger = bus.connect({ ...silent, onMessage: () => undefined });
  await time.run(10);
  for (const bytes of [
    new Uint8Array(0),
    new TextEncoder().encode('hello'),
    encodeHeartbeat({ sender: 'b.1', load: { ...load, sockets: -1 } }),
    encodeHeartbeat({ sender: 'b.1', load: { ...load, commitMs: Number.NaN } }),
  ]) {
    assert.equal(decodeHeartbeat(bytes), null);
    stranger.send(heartbeatChannel, bytes);
  }
  await time.run(10);
  assert.equal(a.loadOf('b.1'), null);
});
