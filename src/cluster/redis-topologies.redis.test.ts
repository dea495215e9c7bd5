import assert from 'node:assert/strict';
import { test } from 'node:test';
import { carrierContract } from './testing/carrier-contract.js';
import { bytesOf, CarrierDiary } from './testing/carrier-diary.js';
import { RedisMedium } from './testing/redis-medium.js';
import { startTestRedisCluster } from './testing/test-redis-cluster.js';
import { TestRedis } from './testing/test-redis.js';

carrierContract('Redis Cluster', async () => {
  const cluster = await startTestRedisCluster();
  const medium = new RedisMedium(cluster.url);
  return {
    connect: (listener) => medium.connect(listener),
    cut: async () => void (await Promise.all(cluster.servers.map((master) => master.kill()))),
    mend: async () => void (await Promise.all(cluster.servers.map((master) => master.start()))),
    settle: () => undefined,
    close: () => cluster.remove(),
  };
});

test('sentinels: when the master is killed, the carriers meet on the next one', async (context) => {
  const master = await TestRedis.start();
  const replica = await TestRedis.start({ replicaOf: master });
  while (!(await master.command('info', 'replication')).includes('state=online'));
  const sentinel = await TestRedis.start({ sentinelOf: master });
  const medium = new RedisMedium(`redis+sentinel://127.0.0.1:${sentinel.port}/tickets`);
  const diaries = [new CarrierDiary(), new CarrierDiary()] as const;
  const carriers = diaries.map((diary) => medium.connect(diary));
  context.after(async () => {
    for (const carrier of carriers) await carrier.close();
    for (const server of [sentinel, replica, master]) await server.remove();
  });
  for (const carrier of carriers) carrier.listen('news');
  await Promise.all(diaries.map((diary) => diary.until('listening')));
  // A replica that the sentinel has not heard of yet is no successor.
  while (!(await sentinel.command('sentinel', 'replicas', 'tickets')).includes(String(replica.port)));
  await master.kill();
  await Promise.all(diaries.map((diary) => diary.until('listening', { count: 2 })));
  carriers[0]?.send('news', bytesOf('still here'));
  await Promise.all(diaries.map((diary) => diary.until('message')));
  assert.deepEqual(diaries[1].texts('news'), ['still here']);
  assert.match(await replica.command('role'), /^master/);
});
