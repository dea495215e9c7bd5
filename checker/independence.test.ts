import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const folder = new URL('../../checker/', import.meta.url);

test('the checker shares no code with the server: only its tests import from src', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const isForTests = (path: string): boolean => path.endsWith('.test.ts') || path.startsWith('testing/');
  const own = files.filter((path) => !isForTests(path));
  assert.ok(own.length > 20);
  for (const path of own) {
    const text = readFileSync(new URL(path, folder), 'utf8');
    const imported = Array.from(text.matchAll(/\bfrom '([^']+)'|\bimport\(\s*'([^']+)'|^import '([^']+)'/gm), (match) =>
      String(match[1] ?? match[2] ?? match[3]),
    );
    const strange = imported.filter(
      (name) =>
        !(/^\.{1,2}\//.test(name) || name.startsWith('node:')) || /\/(src|testing|load|conformance)\//.test(name),
    );
    assert.deepStrictEqual(strange, path.startsWith('adapters/') ? ['pg'] : [], path);
  }
});
