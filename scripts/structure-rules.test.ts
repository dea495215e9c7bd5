import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDependencies, checkFiles, type SourceFile } from './structure-rules.js';

/** What is wrong, as `path:line rule`. */
function faults(files: Readonly<Record<string, string>>): string[] {
  const sources: SourceFile[] = Object.entries(files).map(([path, text]) => ({ path, text }));
  return checkFiles(sources).map(({ path, line, rule }) => `${path}:${line} ${rule}`);
}

test('a folder imports only from itself and from folders above it', () => {
  assert.deepEqual(
    faults({
      'src/store/pool.ts':
        "import { must } from '../lib/must.js';\nimport { a } from './session.js';\nimport { b } from './sql/b.js';\n",
      'src/main.ts': "import { a } from './store/pool.js';\nimport { b } from './sim/b.js';\n",
    }),
    [],
  );
  assert.deepEqual(faults({ 'src/lib/clock.ts': "// first\nimport { a } from '../store/pool.js';\n" }), [
    'src/lib/clock.ts:2 lib imports only from folders above it: ../store/pool.js',
  ]);
});

test('every form of import counts, over several lines too', () => {
  const forms = [
    "import type { A } from '../gateway/a.js';",
    "export { a } from '../gateway/a.js';",
    "export * from '../gateway/a.js';",
    "import '../gateway/a.js';",
    "const a = await import('../gateway/a.js');",
    "import {\n  a,\n  b,\n} from '../gateway/a.js';",
  ];
  for (const form of forms) assert.equal(faults({ 'src/store/a.ts': `${form}\n` }).length, 1, form);
  assert.deepEqual(faults({ 'src/store/a.ts': "// text from '../gateway/a.js'\nconst from = 'x';\n" }), []);
});

test('only the simulation and tests plant bugs', () => {
  const planting = "import { isPlanted, plant } from '../lib/planted.js';\nplant('part-of-hold');\n";
  assert.deepEqual(faults({ 'src/sim/hunt.ts': planting, 'src/actor/gate.test.ts': planting }), []);
  assert.deepEqual(faults({ 'src/actor/gate.ts': planting }), [
    'src/actor/gate.ts:1 only the simulation and tests plant bugs: src/lib/planted.ts',
    'src/actor/gate.ts:2 only the simulation and tests plant bugs: src/lib/planted.ts',
  ]);
  assert.deepEqual(faults({ 'src/actor/gate.ts': "import { isPlanted } from '../lib/planted.js';\n" }), []);
});

test('the wire imports nothing of ours', () => {
  assert.deepEqual(faults({ 'src/protocol/up.ts': "import { must } from '../lib/must.js';\n" }), [
    'src/protocol/up.ts:1 protocol imports nothing of ours: ../lib/must.js',
  ]);
  assert.deepEqual(faults({ 'src/protocol/up.ts': "import { a } from './codes.js';\n" }), []);
});

test('the page uses the SDK as everybody gets it, and nothing behind it', () => {
  const imports = "import { connectUsher } from '../client/client.js';\nimport { must } from '../lib/must.js';\n";
  assert.deepEqual(faults({ 'src/web/page.ts': imports }), []);
  assert.deepEqual(faults({ 'src/web/page.ts': "import { a } from '../client/connection.js';\n" }), [
    'src/web/page.ts:1 web imports only lib and src/client/client.ts: ../client/connection.js',
  ]);
  assert.equal(faults({ 'src/web/page.ts': "import type { A } from '../protocol/down.js';\n" }).length, 1);
  assert.deepEqual(faults({ 'src/web/words.test.ts': "import { a } from '../protocol/codes.js';\n" }), []);
});

test('nothing imports main.ts, nor what lies outside src', () => {
  assert.deepEqual(
    faults({ 'src/sim/a.ts': "import { a } from '../main.js';\nimport { b } from '../../load/b.js';\n" }).map((fault) =>
      fault.slice(0, 14),
    ),
    ['src/sim/a.ts:1', 'src/sim/a.ts:2'],
  );
});

test('the checker judges from outside: tests and the simulation ask it, what it judges does not', () => {
  const text = "import { checkEvent } from '../../checker/check.js';\n";
  assert.deepEqual(faults({ 'src/sim/a.ts': text, 'src/e2e/a.test.ts': text }), []);
  assert.deepEqual(faults({ 'src/actor/a.ts': text }), [
    'src/actor/a.ts:1 src imports only from src, and the checker in tests and sim: ../../checker/check.js',
  ]);
  assert.equal(faults({ 'src/sim/a.ts': "import { a } from '../../checker/testing/a.js';\n" }).length, 1);
});

test('only tests import what is made for tests, and tests keep the order of the folders', () => {
  const text = "import { testDatabase } from '../store/testing/postgres.js';\n";
  assert.deepEqual(
    faults({ 'src/actor/a.pg.test.ts': text, 'src/store/testing/a.ts': text, 'src/journal/contract.ts': text }),
    [],
  );
  assert.equal(faults({ 'src/actor/a.ts': text }).length, 1);
  assert.equal(faults({ 'src/actor/a.test.ts': "import { a } from '../gateway/a.js';\n" }).length, 1);
});

test('tests of the whole server import anything', () => {
  const text = "import { a } from '../node/a.js';\nimport pg from 'pg';\nimport { b } from '../../load/b.js';\n";
  assert.deepEqual(faults({ 'src/gateway/a.e2e.test.ts': text, 'src/web/a.browser.test.ts': text }), []);
});

test('packages that have a home are imported there alone', () => {
  assert.deepEqual(
    faults({
      'src/store/a.ts': "import { Pool } from 'pg';\n",
      'src/api/a.ts': "import Fastify from 'fastify';\nimport helmet from '@fastify/helmet';\n",
      'src/admin/a.ts': "import Fastify from 'fastify';\nimport { Registry } from 'prom-client';\n",
    }),
    [],
  );
  assert.deepEqual(
    faults({
      'src/journal/a.ts': "import type { Pool } from 'pg';\n",
      'src/gateway/a.ts': "import helmet from '@fastify/helmet';\nimport { pack } from 'msgpackr/pack';\n",
    }),
    [
      'src/journal/a.ts:1 pg is imported in store only',
      'src/gateway/a.ts:1 @fastify/helmet is imported in api and admin only',
      'src/gateway/a.ts:2 msgpackr/pack is imported in protocol only',
    ],
  );
});

test('files that import each other are told once, types excepted', () => {
  const knot = {
    'src/lib/a.ts': "import { b } from './b.js';\n",
    'src/lib/b.ts': "import { c } from './c.js';\nimport { d } from './d.js';\n",
    'src/lib/c.ts': "import { a } from './a.js';\n",
    'src/lib/d.ts': '',
  };
  assert.deepEqual(faults(knot), [
    'src/lib/a.ts:1 these files import each other: src/lib/a.ts, src/lib/b.ts, src/lib/c.ts',
  ]);
  assert.deepEqual(faults({ ...knot, 'src/lib/c.ts': "import type { A } from './a.js';\n" }), []);
});

test('names say what a thing is', () => {
  assert.deepEqual(
    faults({
      'src/store/index.ts': '',
      'src/store/utils.ts': '',
      'src/store/helpers/pool.ts': '',
      'src/store/readPool.ts': '',
      'src/things/pool.ts': '',
      'src/version.ts': '',
    }).map((fault) => fault.replace(/:1 .*/, '')),
    [
      'src/store/index.ts',
      'src/store/utils.ts',
      'src/store/helpers/pool.ts',
      'src/store/readPool.ts',
      'src/things/pool.ts',
      'src/version.ts',
    ],
  );
  assert.deepEqual(faults({ 'src/store/read-pool.pg.test.ts': '', 'src/store/sql/append-v2.ts': '' }), []);
});

test('a file has at most 400 lines', () => {
  assert.deepEqual(faults({ 'src/lib/a.ts': 'x\n'.repeat(400) }), []);
  assert.deepEqual(faults({ 'src/lib/a.ts': 'x\n'.repeat(401) }), ['src/lib/a.ts:401 401 lines, 400 are the most']);
});

test('every dependency is explained by its own name', () => {
  const decisions = '| `fastify` | why |\n| `@fastify/helmet` | why | `pg-native`, `@types/ws` and uWebSockets.js.';
  assert.deepEqual(checkDependencies(['fastify', '@fastify/helmet', 'uWebSockets.js'], decisions), []);
  assert.deepEqual(
    checkDependencies(['pg', 'ws', '@fastify/static', 'helmet'], decisions).map(({ rule }) => rule.split(' ')[2]),
    ['pg', 'ws', '@fastify/static', 'helmet'],
  );
});
