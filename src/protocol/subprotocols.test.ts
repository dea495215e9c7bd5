import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chooseSubprotocol } from './subprotocols.js';

describe('chooseSubprotocol', () => {
  for (const [header, chosen] of [
    ['usher.v1.msgpack', 'usher.v1.msgpack'],
    ['usher.v1.json', 'usher.v1.json'],
    ['usher.v1.json, usher.v1.msgpack', 'usher.v1.json'],
    ['usher.v1.msgpack,usher.v1.json', 'usher.v1.msgpack'],
    ['usher.v2.msgpack , \tusher.v1.json ', 'usher.v1.json'],
    ['', null],
    [',', null],
    ['usher.v1', null],
    ['USHER.V1.JSON', null],
    ['usher.v1.json2', null],
  ] as const) {
    test(`[§1] of "${header}" it is ${chosen}`, () => {
      assert.equal(chooseSubprotocol(header), chosen);
    });
  }
});
