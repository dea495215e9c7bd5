import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { LogFile } from './log-file.js';

let folder: string;
let file: LogFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'usher-log-'));
  file = new LogFile(join(folder, 'postgres.log'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('a file that grew large is put aside while its writer goes on', () => {
  const writer = file.open();
  writeSync(writer, Buffer.alloc(8 * 1024 * 1024, 'a'));
  file.cutIfLarge();
  assert.equal(file.sizeBytes(), 8 * 1024 * 1024);
  writeSync(writer, 'b');
  file.cutIfLarge();
  writeSync(writer, 'c');
  closeSync(writer);
  assert.equal(readFileSync(file.path, 'utf8'), 'c');
  assert.equal(statSync(`${file.path}.1`).size, 8 * 1024 * 1024 + 1);
});

test('the complaint is the last fatal line since then, without its prefix', () => {
  assert.equal(file.sizeBytes(), 0);
  writeFileSync(file.path, 'FATAL:  an old one\n');
  const from = file.sizeBytes();
  assert.equal(file.complaint(from), '');
  writeFileSync(
    file.path,
    '2026-01-01 00:00:00 UTC [7] LOG:  starting\n2026-01-01 00:00:00 UTC [7] FATAL:  lock file exists\n2026-01-01 00:00:00 UTC [7] HINT:  no\n',
    { flag: 'a' },
  );
  assert.equal(file.complaint(from), 'lock file exists');
});
