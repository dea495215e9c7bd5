import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtFile, groupOf, sourceFile } from './test-files.js';

test('a suffix says what a test needs', () => {
  assert.equal(groupOf('src/lib/fifo.test.ts'), 'pure');
  assert.equal(groupOf('src/seatmap/seat-map.model.test.ts'), 'pure');
  assert.equal(groupOf('src/cluster/redis-carrier.redis.test.ts'), 'redis');
  assert.equal(groupOf('src/store/pool.pg.test.ts'), 'pg');
  assert.equal(groupOf('dist/src/gateway/rivals.e2e.test.js'), 'e2e');
  assert.equal(groupOf('src/web/page.browser.test.ts'), 'browser');
});

test('a test is named by its source or by what was built of it', () => {
  for (const given of [
    'src/lib/fifo.test.ts',
    './src/lib/fifo.test.ts',
    'dist/src/lib/fifo.test.js',
    './dist/src/lib/fifo.test.js',
  ]) {
    assert.equal(builtFile(sourceFile(given)), 'dist/src/lib/fifo.test.js');
  }
});
