import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { liveAddress } from './live-address.js';

const options = { publicLiveUrl: null, livePort: 8081, fallbackHost: '127.0.0.1' };

describe('the address of the live port', () => {
  const hosts: [host: string, expected: string][] = [
    ['127.0.0.1:8080', 'ws://127.0.0.1:8081'],
    ['tickets.example', 'ws://tickets.example:8081'],
    ['Tickets.Example:80', 'ws://tickets.example:8081'],
    ['[::1]:8080', 'ws://[::1]:8081'],
    ['', 'ws://127.0.0.1:8081'],
    ['user@evil.example', 'ws://127.0.0.1:8081'],
    ['evil.example/path', 'ws://127.0.0.1:8081'],
    ["a; script-src 'unsafe-inline'", 'ws://127.0.0.1:8081'],
    ['a\r\nb', 'ws://127.0.0.1:8081'],
  ];
  for (const [host, expected] of hosts) {
    test(`on the host that the request was sent to: ${JSON.stringify(host)}`, () => {
      const address = liveAddress(options, host, false);
      assert.equal(address.socketUrl, `${expected}/v1/live`);
      assert.deepEqual(address.origins, [expected, expected.replace('ws:', 'http:')]);
    });
  }

  test('encrypted where the request was', () => {
    const { socketUrl, origins } = liveAddress(options, 'tickets.example', true);
    assert.equal(socketUrl, 'wss://tickets.example:8081/v1/live');
    assert.deepEqual(origins, ['wss://tickets.example:8081', 'https://tickets.example:8081']);
  });

  test('a host that cannot be an address falls back, whatever its shape', () => {
    for (const host of ['999.999.999.999', '[::zz]', '[:::::]', '1.2.3', 'a..b', '-', '.', '%41', 'xn--']) {
      assert.doesNotThrow(() => liveAddress(options, host, false), host);
    }
    assert.equal(liveAddress({ ...options, fallbackHost: '::1' }, '', false).socketUrl, 'ws://[::1]:8081/v1/live');
  });

  const publicUrls: [given: string, socketUrl: string, http: string][] = [
    ['wss://live.example', 'wss://live.example/v1/live', 'https://live.example'],
    ['https://live.example:8443', 'wss://live.example:8443/v1/live', 'https://live.example:8443'],
    ['ws://live.example/v1/live', 'ws://live.example/v1/live', 'http://live.example'],
    ['https://example.org/usher', 'wss://example.org/usher/v1/live', 'https://example.org'],
  ];
  for (const [given, socketUrl, http] of publicUrls) {
    test(`as the operator says: ${given}`, () => {
      const address = liveAddress({ ...options, publicLiveUrl: given }, 'tickets.example', false);
      assert.equal(address.socketUrl, socketUrl);
      assert.equal(address.origins[1], http);
    });
  }
});
