import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as holds, ipV4, ipV6, property } from 'fast-check';
import { addressFromBytes, addressFromText, addressGroup, TrustedProxies } from './address.js';

test('one address has one text, from bytes and from any way to write it', () => {
  const ways: [string, string][] = [
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['203.0.113.7:4711', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['2001:DB8::1', '2001:db8:0:0:0:0:0:1'],
    ['[2001:db8::1]', '2001:db8:0:0:0:0:0:1'],
    ['[2001:db8::1]:4711', '2001:db8:0:0:0:0:0:1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8:0:0:0:0:0:1'],
    ['fe80::1%eth0', 'fe80:0:0:0:0:0:0:1'],
    ['::', '0:0:0:0:0:0:0:0'],
  ];
  for (const [given, expected] of ways) assert.equal(addressFromText(given), expected, given);
  assert.equal(addressFromBytes(Uint8Array.of(203, 0, 113, 7)), '203.0.113.7');
  assert.equal(addressFromBytes(Buffer.from('00000000000000000000ffffcb007107', 'hex')), '203.0.113.7');
  assert.equal(addressFromBytes(Buffer.from('20010db8000000000000000000000001', 'hex')), '2001:db8:0:0:0:0:0:1');
});

test('text and bytes agree on every address, and a text is its own text', () => {
  holds(
    property(ipV6(), (text) => {
      const address = addressFromText(text);
      assert.ok(address !== null);
      assert.equal(addressFromText(address), address);
      const bytes = address.includes(':')
        ? Buffer.from(
            address
              .split(':')
              .map((group) => group.padStart(4, '0'))
              .join(''),
            'hex',
          )
        : Uint8Array.from(address.split('.'), Number);
      assert.equal(addressFromBytes(bytes), address);
    }),
  );
  holds(property(ipV4(), (text) => assert.equal(addressFromText(text), text)));
});

test('what is no address is none', () => {
  for (const text of ['', 'unknown', '_hidden', '1.2.3', '1.2.3.4.5', '[', '[::1', '999.1.1.1', 'a:b', '1.2.3.4:5:6']) {
    assert.equal(addressFromText(text), null, text);
  }
});

test('IPv4 counts by address, IPv6 by its first 64 bits', () => {
  assert.equal(addressGroup('203.0.113.7'), '203.0.113.7');
  assert.equal(addressGroup('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64');
  assert.notEqual(addressGroup('2001:db8:1:2:3:4:5:6'), addressGroup('2001:db8:1:3:3:4:5:6'));
});

test('the client is the last entry that a trusted proxy wrote', () => {
  const proxies = new TrustedProxies(['10.0.0.0/8', 'fd00::/8', '192.0.2.1']);
  const cases: [peer: string, header: string, client: string][] = [
    ['203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['10.0.0.1', '', '10.0.0.1'],
    ['10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['10.0.0.1', 'forged, 198.51.100.1', '198.51.100.1'],
    ['10.0.0.1', '203.0.113.50, 198.51.100.1, 10.2.3.4,192.0.2.1', '198.51.100.1'],
    ['10.0.0.1', '198.51.100.1, unknown', '10.0.0.1'],
    ['10.0.0.1', '10.9.9.9', '10.9.9.9'],
    ['fd00:0:0:0:0:0:0:1', '2001:db8::5', '2001:db8:0:0:0:0:0:5'],
  ];
  for (const [peer, header, client] of cases) assert.equal(proxies.clientOf(peer, header), client, header);
});
