import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { UsageError } from '../lib/usage-error.js';
import { nativeBinding } from './native.js';

test('the compiled binding is taken', () => {
  assert.equal(typeof nativeBinding().App, 'function');
});

test('anything else is refused: without constants, or with an App in JavaScript', () => {
  const inJavaScript = { App: () => ({}), us_socket_local_port: () => 0, us_listen_socket_close: () => {} };
  for (const loaded of [null, {}, inJavaScript, { ...inJavaScript, LIBUS_LISTEN_EXCLUSIVE_PORT: 1 }]) {
    assert.throws(() => nativeBinding(loaded), UsageError);
  }
});

test("the npm package's own fallback is refused", () => {
  const script = `import(${JSON.stringify(new URL('./native.js', import.meta.url).href)}).then((m) => m.nativeBinding())`;
  const env = { ...process.env, UWS_USE_FALLBACK: '1' };
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], { env, encoding: 'utf8' });
  assert.notEqual(status, 0);
  assert.match(stderr, /UsageError: Cannot serve WebSockets/);
});
