import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goldenJournal, mapAt } from '../journal/testing/golden-journal.js';
import { must } from '../lib/must.js';
import { asRecorded } from '../lib/testing/recordings.js';
import { seatMapDifference } from '../seatmap/same-seat-map.js';
import { apply } from '../seatmap/apply.js';
import { decodeSnapshotBody, snapshotFormat } from './snapshot-body.js';
import { goldenSnapshots, snapshotRecording } from './testing/golden-snapshot.js';

for (const [name, recorded] of goldenSnapshots()) {
  test(`[I13] ${name}: a snapshot is what its journal says, and goes on to the same end; or it is thrown away`, () => {
    const { entries } = goldenJournal(recorded.journal);
    const snapshot = decodeSnapshotBody(recorded.body, recorded.idsMax);
    if (recorded.format === snapshotFormat) assert.ok(snapshot !== null);
    if (snapshot === null) return;
    assert.equal(seatMapDifference(snapshot.map, mapAt(entries, recorded.seq)), null);
    for (const { seq, change, epoch } of entries) if (seq > recorded.seq) apply(snapshot.map, change, epoch);
    assert.equal(seatMapDifference(snapshot.map, mapAt(entries, entries.length)), null);
  });
}

test('the format of snapshots that is written now is recorded', () => {
  assert.deepStrictEqual(
    asRecorded(snapshotRecording.make()),
    must(new Map(goldenSnapshots()).get(snapshotRecording.name), 'the recording'),
    'what is written has changed: it is a new format (journal/testing/golden/README.md)',
  );
});
