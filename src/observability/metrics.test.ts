import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Metrics } from './metrics.js';
import { testStats } from './testing/test-stats.js';

/** `name{labels}` → value. */
function samplesOf(text: string): Map<string, number> {
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

describe('metrics', () => {
  test('are the figures of the stats, by shard and by code', async () => {
    const samples = samplesOf(await new Metrics().text(testStats));
    assert.equal(samples.get('usher_node_up'), 1);
    assert.equal(samples.get('usher_sockets'), testStats.gateway.sockets);
    assert.equal(samples.get('usher_commands_accepted_total'), testStats.gateway.commandsAccepted);
    assert.equal(samples.get('usher_commands_rejected_total{code="seat_taken"}'), 7);
    assert.equal(samples.get('usher_sockets_closed_total{code="4008"}'), 2);
    assert.equal(samples.get('usher_commands_decided_total{shard="0"}'), testStats.shards[0]?.commandsDecided);
    assert.equal(samples.get('usher_commands_decided_total{shard="1"}'), testStats.shards[1]?.commandsDecided);
    assert.equal(samples.get('usher_append_seconds_total{shard="0"}'), (testStats.shards[0]?.appendMs ?? 0) / 1000);
  });

  test('every figure of the stats is in them', async () => {
    const samples = [...samplesOf(await new Metrics().text(testStats)).entries()].filter(([name]) =>
      name.startsWith('usher_'),
    );
    const figures = (stats: object): number[] =>
      Object.entries(stats).flatMap(([name, value]) =>
        typeof value === 'object'
          ? figures(value as object)
          : [name.endsWith('Ms') ? Number(value) / 1000 : Number(value)],
      );
    const values = new Set(samples.map(([, value]) => value));
    for (const figure of [...figures(testStats.gateway), ...testStats.shards.flatMap(figures)]) {
      assert.ok(values.has(figure), `${figure} is missing`);
    }
    assert.equal(samples.length, figures(testStats).length + 1);
  });

  test('a scrape forgets the one before: what fell is lower, what is gone is gone', async () => {
    const metrics = new Metrics();
    await metrics.text(testStats);
    const { gateway, shards } = testStats;
    const samples = samplesOf(
      await metrics.text({ gateway: { ...gateway, sockets: 1, socketsClosed: {} }, shards: shards.slice(0, 1) }),
    );
    assert.equal(samples.get('usher_sockets'), 1);
    assert.equal(samples.has('usher_sockets_closed_total{code="4008"}'), false);
    assert.equal(samples.has('usher_actors{shard="1"}'), false);
  });

  test('where the node does not answer, that is said, and the process is described all the same', async () => {
    const samples = samplesOf(await new Metrics().text(null));
    assert.deepEqual(
      [...samples.keys()].filter((name) => name.startsWith('usher_')),
      ['usher_node_up'],
    );
    assert.equal(samples.get('usher_node_up'), 0);
    assert.ok((samples.get('process_resident_memory_bytes') ?? 0) > 0);
  });

  test('each has its type and its help once', async () => {
    const text = await new Metrics().text(testStats);
    const types = text.split('\n').filter((line) => line.startsWith('# TYPE usher_'));
    assert.equal(new Set(types).size, types.length);
    for (const line of types) {
      const [, , name, type] = line.split(' ');
      assert.equal(type, name?.endsWith('_total') ? 'counter' : 'gauge', line);
      assert.ok(text.includes(`# HELP ${name} `), line);
    }
  });
});
