import { journalRecording, mapAt } from '../../journal/testing/golden-journal.js';
import { recordingsIn } from '../../lib/testing/recordings.js';
import { rememberChange } from '../recovery.js';
import { RememberedIds } from '../remembered-ids.js';
import { encodeSnapshotBody, snapshotFormat } from '../snapshot-body.js';

/** A snapshot of a recorded journal's event, as a release wrote it. */
export interface GoldenSnapshot {
  readonly format: number;
  /** Name of the recording. */
  readonly journal: string;
  readonly seq: number;
  readonly idsMax: number;
  readonly body: Uint8Array;
}

const idsMax = 8;
/** Holds and bookings of seats live, places are not sold yet. */
const seq = 22;

export function goldenSnapshots(): (readonly [name: string, snapshot: GoldenSnapshot])[] {
  return recordingsIn<GoldenSnapshot>(new URL('./golden/', import.meta.url), 'snapshot-');
}

export const snapshotRecording = {
  name: `snapshot-${snapshotFormat}.json`,
  make: (): GoldenSnapshot => {
    const ids = new RememberedIds(0x1234_5678, idsMax);
    const { entries } = journalRecording.make();
    const map = mapAt(entries, seq, (applied, { change, seq: at }) => rememberChange(ids, applied, change, at));
    const body = Uint8Array.from(encodeSnapshotBody(map, ids));
    return { format: snapshotFormat, journal: journalRecording.name, seq, idsMax, body };
  },
};
