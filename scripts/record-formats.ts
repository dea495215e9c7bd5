import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { snapshotRecording } from '../src/actor/testing/golden-snapshot.js';
import { linkRecording } from '../src/cluster/testing/golden-link.js';
import { journalRecording } from '../src/journal/testing/golden-journal.js';
import { recordingText } from '../src/lib/testing/recordings.js';
import { threadRecording } from '../src/shard/testing/golden-threads.js';

// Records what this release writes, where nothing is recorded of its version yet: `npm run record-formats`. What is recorded may
// have been released, and stays: src/journal/testing/golden/README.md.

interface Recording {
  readonly name: string;
  readonly make: () => unknown;
}

const recordings: readonly (readonly [folder: string, recording: Recording])[] = [
  ['journal', journalRecording],
  ['actor', snapshotRecording],
  ['cluster', linkRecording],
  ['shard', threadRecording],
];

for (const [folder, { name, make }] of recordings) {
  const path = `src/${folder}/testing/golden/${name}`;
  const file = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  const text = recordingText(make());
  if (!existsSync(file)) {
    writeFileSync(file, text);
    console.log(`${path}: recorded; build again and run the tests`);
  } else if (readFileSync(file, 'utf8') === text) {
    console.log(`${path}: is what is written now`);
  } else {
    console.error(
      `Cannot record ${path} as it may have been released: give what has changed a new version, or delete the file where it was never released`,
    );
    process.exitCode = 1;
  }
}
