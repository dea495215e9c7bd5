import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../src/lib/usage-error.js';
import { type OptionTable, readOptions } from './options.js';
import { localUrl } from './venue.js';

const table = {
  sockets: { kind: 'number', prose: 'connections', default: 8, min: 1, max: 10 },
  web: { kind: 'text', prose: 'address', default: 'here' },
  json: { kind: 'flag', prose: 'as JSON' },
} as const satisfies OptionTable;

test('options take their defaults, and what was said last', () => {
  assert.deepEqual(readOptions('usage', table, []), { sockets: 8, web: 'here', json: false });
  assert.deepEqual(readOptions('usage', table, ['--sockets', '2', '--json', '--web=there', '--sockets=3']), {
    sockets: 3,
    web: 'there',
    json: true,
  });
});

for (const bad of [
  ['--sockets', '0'],
  ['--sockets', '11'],
  ['--sockets', 'x'],
  ['--sockets', '1.5'],
  ['--nets'],
  ['more'],
]) {
  test(`\`${bad.join(' ')}\` is refused in one line`, () => {
    assert.throws(
      () => readOptions('usage', table, bad),
      (error) => error instanceof UsageError && !error.message.includes('\n'),
    );
  });
}

test('only this machine may be a target', () => {
  assert.equal(localUrl('--web', 'http://127.0.0.1:20000', 'http:').port, '20000');
  for (const text of [
    'http://10.0.0.1',
    'http://example.com',
    'https://127.0.0.1',
    'http://127.0.0.1.example.com',
    'x',
  ]) {
    assert.throws(() => localUrl('--web', text, 'http:'), UsageError);
  }
});
