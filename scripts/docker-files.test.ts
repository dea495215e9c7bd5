/** No container engine is at hand where the tests run: what the files in `docker/` say is held against what the program knows. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { options } from '../src/config/options.js';

const text = (path: string): string => readFileSync(path, 'utf8');
const compose = text('docker/cluster/compose.yaml');
const balancer = text('docker/cluster/haproxy.cfg');
const dockerfile = text('docker/Dockerfile');

/** Each distinct first group. */
function all(pattern: RegExp, from: string): string[] {
  return [...new Set(Array.from(from.matchAll(pattern), ([, group]) => group ?? ''))].toSorted();
}

test('what is set for a node is an option of it', () => {
  const variables = new Set<string>(Object.values(options).map(({ env }) => env));
  const set = [...all(/^ +(USHER_\w+|DATABASE_URL|REDIS_URL): /gm, compose), ...all(/(USHER_\w+)=/g, dockerfile)];
  assert.ok(set.length >= 8, set.join());
  for (const name of set) assert.ok(variables.has(name), name);
});

test('the balancer gets what it reads, and nothing else', () => {
  const read = all(/\$\{(\w+)\}/g, balancer);
  assert.deepEqual(all(/^ +((?:NODE_\d|SITE|LIVE|ADMIN)\w*): /gm, compose), read);
});

test('each node has a way of its own through the balancer, and is in every group of servers', () => {
  const nodes = all(/USHER_NODE_ID: (\S+)/g, compose);
  assert.equal(nodes.length, 3);
  const groups = all(/^backend (\S+)/gm, balancer);
  for (const node of nodes) {
    assert.ok(compose.includes(`USHER_PUBLIC_LIVE_URL: ws://localhost:8081/${node}\n`), node);
    assert.ok(balancer.includes(`use_backend ${node} if { path_beg /${node}/ }`), node);
    assert.ok(balancer.includes(`http-request replace-path /${node}(/.*) \\1`), node);
    assert.equal(balancer.match(new RegExp(`^ {2}server ${node} `, 'gm'))?.length, groups.length, node);
  }
});

test('the image is built of what is there, and nothing that it copies is kept from it', () => {
  const copied = dockerfile
    .split('\n')
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from'))
    .flatMap((line) => line.split(' ').slice(1, -1));
  assert.ok(copied.length >= 5);
  const admitted = text('.dockerignore').split('\n');
  for (const path of copied) {
    assert.ok(existsSync(path), path);
    assert.ok(admitted.includes(`!${path}`), path);
  }
});
