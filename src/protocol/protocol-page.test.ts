import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { clientCodecs } from './client-codec.js';
import { closeCodes, codeNumbers } from './codes.js';
import { downNumbers } from './down.js';
import { readUpJson } from './server-codec.js';
import { upNumbers } from './up.js';

/** From dist/src/protocol. */
const page = readFileSync(new URL('../../../docs/PROTOCOL.md', import.meta.url), 'utf8');

describe('docs/PROTOCOL.md', () => {
  const sent = [...page.matchAll(/^→ (.+)$/gm)].map((match) => match[1] ?? '');
  const received = [...page.matchAll(/^← (.+)$/gm)].map((match) => match[1] ?? '');

  test('[§6] its examples are there', () => {
    assert.ok(sent.length > 10 && received.length > 10);
  });

  for (const text of new Set(sent)) {
    test(`[§2] the server reads its example ${text}`, () => {
      assert.notEqual(readUpJson(text).kind, 'bad');
    });
  }

  for (const text of new Set(received)) {
    test(`[§3] a client reads its example ${text.slice(0, 60)}`, () => {
      assert.notEqual(clientCodecs['usher.v1.json'].decode(text), null);
    });
  }

  test('[§2][§3] its tables have every frame', () => {
    for (const number of [...Object.values(upNumbers), ...Object.values(downNumbers)]) {
      assert.match(page, new RegExp(`^\\| ${number} [a-z ]+ \\| \`\\[${number},`, 'm'));
    }
  });

  test('[§4] its tables have every code and every close code', () => {
    for (const [name, number] of Object.entries(codeNumbers))
      assert.ok(page.includes(`| ${number} | \`${name}\` |`), name);
    for (const number of Object.values(closeCodes)) assert.ok(page.includes(`\n| ${number} | `), String(number));
  });
});
