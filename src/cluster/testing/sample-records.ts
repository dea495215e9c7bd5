import type { LinkRecord } from '../link-message.js';

const frame = Uint8Array.of(0x93, 4, 1);
/** One of each kind, and of each field that may be absent both. */
export const oneOfEachRecord: readonly LinkRecord[] = [
  { kind: 'mail', patienceMs: 4_999, mail: Uint8Array.of(1, 2, 3) },
  { kind: 'follow', eventId: 'evening', position: [3, 41], holders: ['ann', 'bob'] },
  { kind: 'follow', eventId: 'evening', position: null, holders: [] },
  { kind: 'holders', eventId: 'evening', came: ['cid'], left: ['ann'] },
  { kind: 'following', eventId: 'evening', position: [3, 2 ** 40], holders: 2 },
  { kind: 'following', eventId: 'evening', position: [3, 7], holders: null },
  { kind: 'unfollow', eventId: 'evening' },
  { kind: 'answer', correlation: 2 ** 31 + 7, frame },
  { kind: 'snapshot', correlation: 9, frame },
  { kind: 'bounced', correlation: 3, owner: 'node-b.x' },
  { kind: 'bounced', correlation: 3, owner: null },
  { kind: 'followed', eventId: 'evening', frames: [frame, frame] },
  { kind: 'notFollowed', eventId: 'evening', owner: null },
  { kind: 'move', eventId: 'evening', next: 'node-c.z' },
  { kind: 'stillFollowed', eventId: 'evening' },
  { kind: 'notify', eventId: 'evening', holderId: 'ann', exceptSessionId: 0, frame },
];
