import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { nearest, slipsBetween } from './nearest.js';

describe('slips', () => {
  test('insert, delete, replace and swap count one each', () => {
    assert.equal(slipsBetween('port', 'port'), 0);
    assert.equal(slipsBetween('port', 'ports'), 1);
    assert.equal(slipsBetween('ports', 'port'), 1);
    assert.equal(slipsBetween('port', 'pert'), 1);
    assert.equal(slipsBetween('port', 'prot'), 1);
    assert.equal(slipsBetween('', 'abc'), 3);
  });

  test('are the same in both directions, none only between equals, and at most the longer length', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        const slips = slipsBetween(a, b);
        assert.equal(slips, slipsBetween(b, a));
        assert.equal(slips === 0, a === b);
        assert.ok(slips <= Math.max(a.length, b.length) && slips >= Math.abs(a.length - b.length));
      }),
    );
  });

  test('what is too far from everything suggests nothing', () => {
    assert.equal(nearest('web-prot', ['host', 'web-port']), 'web-port');
    assert.equal(nearest('x', ['host', 'web-port']), null);
    assert.equal(nearest('anything', []), null);
  });
});
