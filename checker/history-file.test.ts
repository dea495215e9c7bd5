import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Operation } from './history.js';
import { HistoryWriter, readHistory } from './history-file.js';
import { opNames, parseOperation } from './history-line.js';
import { ok, operation, refused, unknown } from './testing/told-operations.js';

const folder = mkdtempSync(join(tmpdir(), 'usher-history-'));
after(() => rmSync(folder, { recursive: true }));

async function all(path: string): Promise<Operation[]> {
  const operations: Operation[] = [];
  for await (const one of readHistory(path)) operations.push(one);
  return operations;
}

const hold = operation('hold', { commandId: 'hold-1', seats: [4, 5] }, refused('seat_taken', { seats: [4] }), {
  socket: 3,
});

test('what is written is read, be it long or short', async () => {
  const path = join(folder, 'written.jsonl');
  const writer = new HistoryWriter(path);
  const body = { states: 'ä'.repeat(100_000) };
  const written = Array.from({ length: 5_000 }, (_, index) =>
    index % 1_000 === 999
      ? operation('snapshot', {}, ok([1, index], body), { call: index })
      : operation('extend', { commandId: `extend-${index}`, holdId: 'H1-2' }, unknown, { call: index, return: null }),
  );
  for (const one of written.slice(0, 10)) writer.append(one);
  await writer.flush();
  assert.deepStrictEqual(await all(path), written.slice(0, 10));
  for (const one of written.slice(10)) writer.append(one);
  await writer.close();
  assert.deepStrictEqual(await all(path), written);
});

test('a history that cannot be written says so', async () => {
  const writer = new HistoryWriter(join(folder, 'no-such-folder', 'history.jsonl'));
  writer.append(hold);
  await assert.rejects(writer.flush(), /ENOENT/);
});

test('a torn last line is that of a writer that was killed; any other line must be whole', async () => {
  const path = join(folder, 'torn.jsonl');
  const line = JSON.stringify(hold);
  writeFileSync(path, `${line}\n\n${line}\n${line.slice(0, 50)}`);
  assert.deepStrictEqual(await all(path), [hold, hold]);
  appendFileSync(path, '\n');
  await assert.rejects(all(path), /torn\.jsonl:4: .*JSON/);
  writeFileSync(path, line);
  assert.deepStrictEqual(await all(path), [hold]);
});

test('a line that is no operation is refused, and says why', () => {
  const { return: _, ...withoutReturn } = hold;
  for (const [wrong, reason] of [
    [[], /no object/],
    [withoutReturn, /no proper return/],
    [{ ...hold, op: 'sing' }, /no proper op/],
    [{ ...hold, op: 'toString' }, /no proper op/],
    [{ ...hold, client: '' }, /no proper client/],
    [{ ...hold, process: -1 }, /no proper process/],
    [{ ...hold, socket: 'a' }, /no proper socket/],
    [{ ...hold, call: null }, /no proper call/],
    [{ ...hold, input: { commandId: 'hold-1' } }, /input has no proper seats/],
    [{ ...hold, output: {} }, /no proper output/],
    [{ ...hold, output: { ok: { position: [1], body: {} } } }, /no proper output/],
    [{ ...hold, output: refused('unavailable') }, /no proper output/],
    [{ ...hold, output: { refused: { code: 'busy' } } }, /no proper output/],
    [{ ...hold, call: 11 }, /returned before its call/],
    [{ ...hold, return: null }, /an answer and no return/],
  ] as const) {
    assert.throws(() => parseOperation(JSON.stringify(wrong)), reason);
  }
  assert.throws(() => parseOperation('{'), /JSON/);
  const later = { ...hold, added: 'by a later release' };
  assert.deepEqual(parseOperation(JSON.stringify(later)), later);
});

test('the example of docs/HISTORIES.md is a history', () => {
  const page = readFileSync(new URL('../../docs/HISTORIES.md', import.meta.url), 'utf8');
  const lines = page.split('\n').filter((line) => line.startsWith('{'));
  assert.deepStrictEqual(
    lines.map((line) => parseOperation(line).op),
    ['hold', 'hold', 'delta'],
  );
});

test('docs/HISTORIES.md tells of every operation', () => {
  const page = readFileSync(new URL('../../docs/HISTORIES.md', import.meta.url), 'utf8');
  const told = new Set(Array.from(page.matchAll(/^\| `(\w+)` \| .* \| .* \|$/gm), ([, op]) => op ?? ''));
  for (const op of opNames) assert.ok(told.has(op), op);
});
