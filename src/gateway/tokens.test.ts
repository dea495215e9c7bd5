import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as holds, integer, property, string, stringMatching } from 'fast-check';
import { InvariantError } from '../lib/assert.js';
import { SessionTokens, type TokenKey } from './tokens.js';

const oldKey: TokenKey = { keyId: 'k1', secret: Buffer.alloc(32, 1) };
const newKey: TokenKey = { keyId: 'k2', secret: Buffer.alloc(32, 2) };
const tokens = new SessionTokens([newKey, oldKey]);

test('a token tells its holder until it runs out, whole seconds', () => {
  holds(
    property(
      stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
      integer({ min: 1000, max: 4_000_000_000_000 }),
      (holderId, expiresAtMs) => {
        const token = tokens.issue(holderId, expiresAtMs);
        const wholeMs = Math.floor(expiresAtMs / 1000) * 1000;
        assert.deepEqual(tokens.verify(token, wholeMs - 1), { holderId, expiresAtMs: wholeMs });
        assert.equal(tokens.verify(token, wholeMs), null);
        assert.ok(token.length < 400);
      },
    ),
  );
});

test('it reads v1.<keyId>.<holderId>.<expiresAtSeconds>.<mac>', () => {
  const parts = tokens.issue('anna', 1_700_000_000_999).split('.');
  assert.deepEqual(parts.slice(0, 4), ['v1', 'k2', 'anna', '1700000000']);
  assert.equal(Buffer.from(parts[4] ?? '', 'base64url').length, 32);
});

test('keys can be changed while tokens live: the older one still verifies, one that is gone does not', () => {
  const before = new SessionTokens([oldKey]).issue('anna', 10_000);
  assert.equal(tokens.verify(before, 0)?.holderId, 'anna');
  assert.equal(new SessionTokens([newKey]).verify(before, 0), null);
});

test('a token that was changed anywhere proves nothing', () => {
  const token = tokens.issue('anna', 2_000_000_000_000);
  const macAt = token.lastIndexOf('.') + 1;
  for (let at = 0; at < token.length; at += 1) {
    for (const other of ['A', 'b', '0', '.', '-']) {
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      // The last character of the mac carries bits that base64url leaves out.
      const isSame = Buffer.from(changed.slice(macAt), 'base64url').equals(
        Buffer.from(token.slice(macAt), 'base64url'),
      );
      if (at >= macAt ? !isSame : changed !== token) assert.equal(tokens.verify(changed, 0), null, changed);
    }
  }
});

test('whatever is no token proves nothing and never throws', () => {
  holds(
    property(string({ unit: 'binary', maxLength: 200 }), (text) => {
      assert.equal(tokens.verify(text, 0), null);
    }),
  );
  for (const text of ['', '....', 'v1.k2.anna.9999999999.', 'v2.k2.anna.9999999999.AAAA', `v1.${'k2.'.repeat(2000)}`]) {
    assert.equal(tokens.verify(text, 0), null);
  }
});

test('keys that are missing, short or of one id are refused at the start', () => {
  assert.throws(() => new SessionTokens([]), InvariantError);
  assert.throws(() => new SessionTokens([{ keyId: 'k', secret: Buffer.alloc(31) }]), InvariantError);
  assert.throws(() => new SessionTokens([{ keyId: 'a.b', secret: Buffer.alloc(32) }]), InvariantError);
  assert.throws(() => new SessionTokens([oldKey, oldKey]), InvariantError);
});
