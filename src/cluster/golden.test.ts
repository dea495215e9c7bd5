import assert from 'node:assert/strict';
import { test } from 'node:test';
import { must } from '../lib/must.js';
import { asRecorded } from '../lib/testing/recordings.js';
import { requestKinds } from '../shard/requests.js';
import { linkKinds } from './link-message.js';
import { linkVersion } from './link-version.js';
import { goldenLinks, linkReadingOf, linkRecording } from './testing/golden-link.js';

for (const [name, { version, ...recorded }] of goldenLinks()) {
  test(`${name}: what another node says is heard as it was meant, or not at all`, () => {
    const nothing = { ...recorded, heard: null, published: null };
    assert.deepStrictEqual(asRecorded(linkReadingOf(recorded)), version === linkVersion ? recorded : nothing);
  });
}

test('what is said now is recorded, with every kind of record and mail', () => {
  const recorded = must(new Map(goldenLinks()).get(linkRecording.name), 'the recording');
  assert.deepStrictEqual(
    asRecorded(linkRecording.make()),
    recorded,
    'what is said has changed: it is a new version (journal/testing/golden/README.md)',
  );
  const kinds = new Set(recorded.heard?.records.map(({ kind }) => kind));
  assert.deepStrictEqual([...kinds].toSorted(), linkKinds.toSorted());
  const mails = new Set<string>(recorded.mails.map(({ mail }) => mail.kind));
  const { unwatch: _unwatch, rewatch: _rewatch, ...mailKinds } = requestKinds;
  assert.deepStrictEqual([...mails].toSorted(), Object.keys(mailKinds).toSorted());
});
