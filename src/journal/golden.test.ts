import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asRecorded } from '../lib/testing/recordings.js';
import { formatRead, formatWritten, kindNumbers } from './entry-format.js';
import { goldenJournal, goldenJournals, journalRecording, readingOf } from './testing/golden-journal.js';

for (const [name, recorded] of goldenJournals()) {
  test(`[I13] ${name}: what an earlier release journalled is read as it was meant`, () => {
    assert.deepStrictEqual(asRecorded(readingOf(recorded.batches)), recorded);
  });
}

test('the format that is written now is recorded, with every kind of change', () => {
  const recorded = goldenJournal(journalRecording.name);
  const kinds = new Set(recorded.entries.map(({ change }) => change.kind));
  assert.deepStrictEqual([...kinds].toSorted(), Object.keys(kindNumbers).toSorted());
  assert.deepStrictEqual(
    asRecorded(journalRecording.make()),
    recorded,
    'what is written has changed: it is a new format (journal/testing/golden/README.md)',
  );
});

test('every format that is read is recorded, and no release writes what it does not read', () => {
  const formats = new Set(goldenJournals().map(([, { format }]) => format));
  assert.deepStrictEqual(
    [...formats].toSorted((a, b) => a - b),
    Array.from({ length: formatRead }, (_, index) => index + 1),
  );
  assert.ok(formatWritten <= formatRead);
});
