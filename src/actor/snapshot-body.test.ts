import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { seatMapDifference } from '../seatmap/same-seat-map.js';
import { Hall } from '../seatmap/testing/hall.js';
import { RememberedIds } from './remembered-ids.js';
import { decodeSnapshotBody, encodeSnapshotBody } from './snapshot-body.js';

const lives = (): boolean => false;

function hallAndIds(): { hall: Hall; ids: RememberedIds } {
  const hall = new Hall();
  hall.confirm('bob', hall.hold('bob', 6));
  hall.hold('ann', 0, 1);
  hall.block(11);
  const ids = new RememberedIds(0x9abcdef0, 3);
  ids.remember('bob', 'confirm', 0xffffffff, 3, 2, true, lives);
  for (let n = 0; n < 9; n += 1) ids.remember('ann', `command-${n}`, n, 2 ** 40 + n, 4, false, lives);
  return { hall, ids };
}

test('[I13] the seat map and the remembered ids come back as they were', () => {
  const { hall, ids } = hallAndIds();
  const decoded = decodeSnapshotBody(encodeSnapshotBody(hall.map, ids), 3);
  assert.ok(decoded !== null);
  assert.equal(seatMapDifference(decoded.map, hall.map), null);
  assert.equal(decoded.ids.count, ids.count);
  const found = decoded.ids.find('ann', 'command-8');
  assert.deepEqual([decoded.ids.seqAt(found), decoded.ids.payloadHashAt(found)], [2 ** 40 + 8, 8]);
  assert.ok(decoded.ids.find('bob', 'confirm') >= 0);
  assert.equal(decoded.ids.find('ann', 'command-0'), -1, 'forgotten before, and after');
  assert.deepEqual(encodeSnapshotBody(decoded.map, decoded.ids), encodeSnapshotBody(hall.map, ids));
});

test('a body that is damaged anywhere, cut, or of another format is none', () => {
  const { hall, ids } = hallAndIds();
  const body = encodeSnapshotBody(hall.map, ids);
  for (let at = 0; at < body.length; at += 1) {
    const damaged = Uint8Array.from(body);
    damaged[at] = (damaged[at] as number) ^ 0x10;
    assert.equal(decodeSnapshotBody(damaged, 3), null, `byte ${at}`);
  }
  fc.assert(
    fc.property(fc.nat(body.length - 1), (length) => {
      assert.equal(decodeSnapshotBody(body.subarray(0, length), 3), null);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.equal(decodeSnapshotBody(bytes, 3), null);
    }),
  );
});
