import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AreaCounts, Operation } from './history.js';
import { blocked, expired, held, judge, opened, placesHeld, released, told } from './testing/story.js';
import { delta, ok, operation, refused, shown, snapshot } from './testing/told-operations.js';

/** Seats 1 and 2 are ann's from change 2 on; 3 is bob's; 1 is free again after 4; then three places are held, and seat 7 blocked. */
const changes = [
  opened(),
  held([1, 2], { id: 'hold-1' }),
  held([3], { by: 'bob' }),
  released(2, [1], [2], { id: 'release-1' }),
  placesHeld(3, { by: 'bob' }),
  blocked([7]),
];
const free = Array<number>(12).fill(0);
const states = (...others: readonly (readonly [seat: number, state: number])[]): number[] => {
  const all = [...free];
  for (const [seat, state] of others) all[seat] = state;
  return all;
};
const quiet: readonly AreaCounts[] = [
  ['floor', 10, 0, 0, 0],
  ['box', 3, 0, 0, 0],
];
const floorHeld: AreaCounts = ['floor', 7, 3, 0, 0];
const atEnd = states([2, 1], [3, 1], [7, 3]);

function breaks(name: string, operations: readonly Operation[], expected: readonly RegExp[]): void {
  test(name, () => {
    const all = told(judge(changes, { operations, clockToleranceMs: 0 }).violations);
    assert.equal(all.length, expected.length, all.join('\n'));
    for (const [index, pattern] of expected.entries()) assert.match(all[index] ?? '', pattern);
  });
}

const subscribed = operation('subscribe', { position: null }, ok([1, 3], {}), { call: 1, return: 2 });
const start = snapshot([1, 3], states([1, 1], [2, 1], [3, 1]), quiet, { call: 10 });

breaks(
  '[I14] snapshots and deltas that follow each other, over a new subscribe too, break nothing',
  [
    subscribed,
    start,
    delta([1, 4], 3, [1, 0], [], { call: 20 }),
    delta([1, 4], 4, [], [], { call: 21 }),
    delta([1, 6], 4, [7, 3, 2, 1], [floorHeld], { call: 22 }),
    operation('subscribe', { position: [1, 3] }, ok([1, 6], {}), { call: 30, return: 31 }),
    delta([1, 6], 3, [1, 0, 7, 3], [floorHeld], { call: 40 }),
    operation('subscribe', { position: null }, ok([1, 6], {}), { call: 50, return: 51 }),
    start,
    snapshot([1, 6], atEnd, [floorHeld, quiet[1] as AreaCounts], { call: 60 }),
    shown([1, 6], atEnd, { call: 61 }, true),
  ],
  [],
);

breaks(
  '[I14] a seat of a snapshot is wrong',
  [snapshot([1, 6], states([2, 1], [3, 1], [7, 3], [9, 2]), [floorHeld, quiet[1] as AreaCounts])],
  [/^I14@6 seat 9 is 2 at 6, and should be 0: snapshot of ann/],
);
breaks(
  '[I9] a snapshot shows a part of a command',
  [snapshot([1, 2], states([1, 1]), quiet)],
  [/^I9@2 seat 2 is 0 at 2, and should be 1/],
);
breaks(
  '[I14] [I11] an area of a snapshot is wrong',
  [snapshot([1, 3], states([1, 1], [2, 1], [3, 1]), [floorHeld])],
  [/^I14@3 the areas are \[\["floor",7,3,0,0\]\] at 3, and should be \[\["floor",10,0,0,0\],\["box"/],
);
breaks(
  '[I14] a snapshot has too few seats',
  [snapshot([1, 3], [0, 1, 1, 1], quiet)],
  [/^I14@3 a snapshot at 3 has not 12 seats/],
);

breaks(
  '[I14] a delta gives a seat another state',
  [delta([1, 3], 2, [3, 2])],
  [/^I14@3 seat 3 becomes 2 from 2 to 3, and should be 1/],
);
breaks(
  '[I14] a delta leaves a seat out',
  [delta([1, 3], 2, [])],
  [/^I14@3 seat 3 stays 0 from 2 to 3, and should be 1/],
);
breaks(
  '[I9] a delta brings a part of a command',
  [delta([1, 2], 1, [1, 1])],
  [/^I9@2 seat 2 stays 0 from 1 to 2, and should be 1/],
);
breaks(
  '[I14] a delta names a seat twice',
  [delta([1, 3], 2, [3, 1, 3, 1])],
  [/^I14@3 a delta from 2 to 3 names a seat twice/],
);
breaks('[I14] a delta goes back', [delta([1, 3], 4, [])], [/^I14@3 a delta covers 4 to 3/]);
breaks(
  '[I14] [I11] a delta gives an area other counts, or leaves it out',
  [delta([1, 5], 4, [], [['floor', 7, 2, 0, 0]]), delta([1, 5], 4, [], [], { process: 2 })],
  [
    /^I14@5 an area becomes \["floor",7,2,0,0\] from 4 to 5/,
    /^I14@5 area floor stays \["floor",10,0,0,0\] from 4 to 5, and should be \["floor",7,3,0,0\]/,
  ],
);
breaks(
  '[I14] a delta is lost',
  [start, delta([1, 6], 4, [7, 3], [floorHeld], { call: 20 })],
  [/^I14@6 a delta begins at 4, and the watcher was at 3/],
);
breaks(
  '[I14] after a resumed subscribe the deltas begin elsewhere',
  [operation('subscribe', { position: [1, 3] }, ok([1, 4], {})), delta([1, 6], 4, [7, 3], [floorHeld], { call: 20 })],
  [/^I14@6 a delta begins at 4, and the watcher was at 3/],
);
for (const position of [
  [1, 900],
  [2, 4],
] as const) {
  const asked = operation('subscribe', { position }, ok([1, 4], {}));
  const again = snapshot([1, 3], states([1, 1], [2, 1], [3, 1]), quiet, { call: 20 });
  breaks(`[I14] who resumes at ${position.join()}, which never was, gets a snapshot`, [asked, again], []);
  breaks(
    `[I14] who resumes at ${position.join()}, which never was, gets a delta`,
    [asked, delta([1, 6], 4, [7, 3], [floorHeld], { call: 20 })],
    [/^I14@6 a delta begins at 4, and the watcher was nowhere/],
  );
}
breaks(
  '[I14] a snapshot leads back',
  [subscribed, start, snapshot([1, 2], states([1, 1], [2, 1]), quiet, { call: 20 })],
  [/^I14@2 a snapshot leads back from 3/],
);
breaks(
  '[I10] a map shows what the journal does not have',
  [delta([1, 7], 6, []), snapshot([2, 6], atEnd, [floorHeld, quiet[1] as AreaCounts])],
  [
    /^I10@7 change 7 is not in the journal, which ends at 6: delta/,
    /^I10@6 change 6 was made in epoch 1, and not 2: snapshot/,
  ],
);

const money = { totalMinor: 10_000, currency: 'EUR' };
const hold = operation(
  'hold',
  { commandId: 'hold-1', seats: [1, 2] },
  ok([1, 2], { holdId: 'H1-2', seats: [1, 2], expiresInMs: 990, ...money }),
  { call: 0, return: 5 },
);
breaks('[I14] own holds are shown over an older map', [hold, shown([1, 1], states([1, 1], [2, 1]), { call: 6 })], []);
breaks(
  "[I14] a seat of one's own live hold is shown as free",
  [hold, shown([1, 1], states([1, 1]), { call: 6 })],
  [/^I14@2 seat 2 of the client's own live hold H1-2 is shown as free: map of ann/],
);
breaks(
  '[I14] when the promised time is over, the client may think so',
  [hold, shown([1, 1], states([1, 1]), { call: 990 })],
  [],
);
breaks(
  '[I14] a seat is shown as it never was',
  [hold, shown([1, 1], states([1, 1], [2, 1], [5, 2]), { call: 6 })],
  [/^I14@1 seat 5 is shown as 2, and was 0 between 1 and 2/],
);
breaks(
  "[I14] another's seat is shown before its map is there",
  [shown([1, 2], states([1, 1], [2, 1], [3, 1]), { call: 6 })],
  [/^I14@2 seat 3 is shown as 1, and was 0 between 2 and 2/],
);
breaks(
  '[I14] a client is told of the end, and may show its seats as free',
  [
    hold,
    operation('extend', { commandId: 'extend-1', holdId: 'H1-2' }, refused('hold_ended', { reason: 'expired' }), {
      call: 991,
      return: 992,
    }),
    shown([1, 1], free, { call: 993 }),
  ],
  [/^I10 hold_ended .* but the hold was live/],
);
breaks(
  '[I14] at the end, a map has not come to the end',
  [shown([1, 4], states([2, 1], [3, 1]), {}, true)],
  [/^I14@4 the last map stands at 4, and the journal ends at 6/],
);

test('[I10] [I5] own holds are listed as they were', () => {
  const listed = (holds: readonly object[], call = 0): Operation =>
    operation('myHolds', {}, ok([1, 4], { holds }), { call, return: call + 1 });
  const sound = { holdId: 'H1-2', seats: [2], expiresInMs: 1_000 };
  const judged = (...operations: readonly Operation[]): string[] =>
    told(judge(changes, { operations, clockToleranceMs: 0 }).violations);
  assert.deepStrictEqual(judged(listed([sound])), []);
  assert.match(judged(listed([])).join('\n'), /^I10@4 hold H1-2 lives at 4 and is not listed: myHolds of ann .*$/);
  assert.match(
    judged(listed([{ ...sound, seats: [1, 2] }])).join('\n'),
    /^I10@4 hold H1-2 has \[\[2\],null,null\], and not \[\[1,2\],null,null\]/,
  );
  assert.match(
    judged(listed([sound, { ...sound, holdId: 'H1-3' }])).join('\n'),
    /^I10@4 H1-3 is listed and is no live hold of the holder at 4/,
  );
  assert.match(
    judged(listed([{ ...sound, expiresInMs: 1_001 }])).join('\n'),
    /I5@4 1001 ms are told, and 1000 were left/,
  );
});

test('[I10] notices tell what happened to own holds', () => {
  const journal = [...changes, expired(2, [2])];
  const notice = (op: 'holdEnded' | 'holdChanged', seq: number, body: object, client = 'ann'): string[] =>
    told(judge(journal, { operations: [operation(op, {}, ok([1, seq], body), { client })] }).violations);
  const end = { holdId: 'H1-2', reason: 'expired', seats: [2] };
  assert.deepStrictEqual(notice('holdEnded', 7, end), []);
  for (const wrong of [{ reason: 'released' }, { seats: [1, 2] }, { holdId: 'H1-3' }, { holdId: 'H2-2' }]) {
    assert.match(notice('holdEnded', 7, { ...end, ...wrong }).join('\n'), /^I10@7 change 7 does not end hold/);
  }
  assert.match(notice('holdEnded', 4, end).join('\n'), /^I10@4/);
  assert.match(notice('holdEnded', 7, end, 'bob').join('\n'), /^I10@7/);
  const changed = { holdId: 'H1-2', seats: [2], expiresInMs: 1 };
  assert.deepStrictEqual(notice('holdChanged', 4, changed), []);
  assert.match(notice('holdChanged', 2, changed).join('\n'), /^I10@2 hold H1-2 has \[\[1,2\]/);
  assert.match(notice('holdChanged', 7, changed).join('\n'), /^I10@7 H1-2 is no live hold of the holder at 7/);
  assert.match(notice('holdChanged', 4, changed, 'bob').join('\n'), /^I10@4/);
});
