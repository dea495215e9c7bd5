import assert from 'node:assert/strict';
import { test } from 'node:test';
import { must } from '../lib/must.js';
import { asRecorded } from '../lib/testing/recordings.js';
import { requestKinds } from './requests.js';
import { goldenThreads, threadRecording } from './testing/golden-threads.js';

// Only the newest recording is read: a thread of another version is not spoken to (lib/thread-version.ts).
test('what threads say to each other is as recorded, with every kind of record', () => {
  const recorded = must(new Map(goldenThreads()).get(threadRecording.name), 'the recording');
  assert.deepStrictEqual(
    asRecorded(threadRecording.make()),
    recorded,
    'what threads say has changed: it is a new version (journal/testing/golden/README.md)',
  );
  const kinds = new Set<string>(recorded.requests.map(({ kind }) => kind));
  assert.deepStrictEqual([...kinds].toSorted(), Object.keys(requestKinds).toSorted());
});
