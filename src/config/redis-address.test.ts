import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRedisAddress, type RedisAddress } from './redis-address.js';

const plain: RedisAddress = {
  kind: 'single',
  hosts: [{ host: 'h', port: 6379 }],
  masterName: null,
  isEncrypted: false,
  username: null,
  password: null,
};

const read: [given: string, expected: RedisAddress][] = [
  ['redis://h', plain],
  ['redis://h/', plain],
  ['redis://h:6379/0', plain],
  ['rediss://h:6380', { ...plain, isEncrypted: true, hosts: [{ host: 'h', port: 6380 }] }],
  ['redis://[::1]:7000', { ...plain, hosts: [{ host: '::1', port: 7000 }] }],
  ['redis://:pass%40word@10.0.0.1', { ...plain, password: 'pass@word', hosts: [{ host: '10.0.0.1', port: 6379 }] }],
  ['redis://ann:p:q@h', { ...plain, username: 'ann', password: 'p:q' }],
  [
    'redis+sentinel://a,b:7/tickets',
    {
      ...plain,
      kind: 'sentinel',
      masterName: 'tickets',
      hosts: [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 7 },
      ],
    },
  ],
  [
    'rediss+cluster://u:p@a:7001,b:7002',
    {
      ...plain,
      kind: 'cluster',
      isEncrypted: true,
      username: 'u',
      password: 'p',
      hosts: [
        { host: 'a', port: 7001 },
        { host: 'b', port: 7002 },
      ],
    },
  ],
];
for (const [given, expected] of read) {
  test(`${given} is read`, () => assert.deepEqual(readRedisAddress(given), expected));
}

const refused = [
  '',
  'h:6379',
  'http://h',
  'redis:h',
  'redis://',
  'redis://a,b',
  'redis://h:0',
  'redis://h:65536',
  'redis://h:x',
  'redis://h/1',
  'redis://h/0/0',
  'redis://h?db=1',
  'redis://user@h',
  'redis://:%zz@h',
  'redis://a b',
  'redis+sentinel://a,b',
  'redis+sentinel://a,,b/name',
  'redis+cluster://a,b/2',
  'redis+ring://a',
];
for (const given of refused) {
  test(`${JSON.stringify(given)} is refused`, () => assert.equal(readRedisAddress(given), undefined));
}
