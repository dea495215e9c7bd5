import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { systemRandom } from '../lib/random.js';
import { UsageError } from '../lib/usage-error.js';
import { nodeIdentity } from './node-identity.js';

const folder = mkdtempSync(join(tmpdir(), 'usher-node-'));
after(() => rmSync(folder, { recursive: true }));

test('a name that was set is the name, and nothing is written', () => {
  const dataDir = join(folder, 'never-made');
  assert.equal(nodeIdentity('node-7', dataDir, systemRandom), 'node-7');
  assert.throws(() => readFileSync(join(dataDir, 'node-id')));
});

test('a name is made at the first start and kept from then on, the folder too', () => {
  const dataDir = join(folder, 'deep', 'data');
  const first = nodeIdentity(null, dataDir, systemRandom);
  assert.match(first, /^node-[A-Za-z0-9_-]{12}$/);
  assert.equal(nodeIdentity(null, dataDir, systemRandom), first);
  assert.equal(readFileSync(join(dataDir, 'node-id'), 'utf8'), `${first}\n`);
  assert.notEqual(nodeIdentity(null, join(folder, 'other'), systemRandom), first);
});

test('a start that was killed before it had written the name is made good', () => {
  const dataDir = join(folder, 'killed');
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, 'node-id'), '');
  const made = nodeIdentity(null, dataDir, systemRandom);
  assert.match(made, /^node-/);
  assert.equal(nodeIdentity(null, dataDir, systemRandom), made);
});

test('a data folder that cannot be used is a usage error that names it and the option', () => {
  writeFileSync(join(folder, 'file'), '');
  mkdirSync(join(folder, 'odd', 'node-id'), { recursive: true });
  for (const dataDir of [join(folder, 'file'), join(folder, 'file', 'below'), join(folder, 'odd')]) {
    assert.throws(
      () => nodeIdentity(null, dataDir, systemRandom),
      (error) => {
        assert.ok(error instanceof UsageError);
        assert.ok(error.message.startsWith(`Cannot use the data folder ${dataDir} as it cannot be written: `));
        assert.ok(error.message.endsWith('set USHER_DATA_DIR'));
        return true;
      },
    );
  }
});
