import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as holds, constantFrom, integer, oneof, property, record, array, constant } from 'fast-check';
import { PendingCommands } from './pending-commands.js';
import { Session, type Socket } from './session.js';

const noSocket: Socket = {
  send: () => 1,
  end: () => {},
  ping: () => 1,
  cork: (send) => send(),
  getBufferedAmount: () => 0,
};

function session(id: number): Session {
  return new Session(id, noSocket, 'msgpack', '127.0.0.1', null, 0);
}

test('[I7] an answer finds the one who asked, once; a late one finds nobody (against a model)', () => {
  const capacity = 8;
  const step = oneof(
    { weight: 6, arbitrary: record({ kind: constant('ask'), eventId: constantFrom('a', 'b') }) },
    // Which of all correlations ever handed out is answered, late ones included.
    { weight: 6, arbitrary: record({ kind: constant('answer'), which: integer({ min: 0, max: 1000 }) }) },
    { weight: 1, arbitrary: record({ kind: constant('passTime'), ms: integer({ min: 1, max: 4000 }) }) },
    { weight: 1, arbitrary: record({ kind: constant('lose'), eventId: constantFrom('a', 'b') }) },
  );
  holds(
    property(array(step, { maxLength: 200 }), (steps) => {
      const table = new PendingCommands(capacity);
      const waiting = new Map<number, { reqId: number; eventId: string; sentAtMs: number; asker: Session }>();
      const handedOut: number[] = [];
      let nowMs = 0;
      let reqId = 0;
      const unanswered = (asker: Session, of: number): void => {
        const entry = [...waiting].find(([, { reqId: waitingReqId }]) => waitingReqId === of);
        assert.ok(entry !== undefined && entry[1].asker === asker, 'only those that wait are given up');
        waiting.delete(entry[0]);
      };
      for (const one of steps) {
        switch (one.kind) {
          case 'ask': {
            assert.equal(table.isFull, waiting.size === capacity);
            if (table.isFull) break;
            reqId += 1;
            const asker = session(reqId);
            const correlation = table.add(asker, reqId, one.eventId, nowMs);
            assert.ok(!waiting.has(correlation) && correlation > 0 && correlation < 2 ** 30);
            waiting.set(correlation, { reqId, eventId: one.eventId, sentAtMs: nowMs, asker });
            handedOut.push(correlation);
            assert.equal(asker.pendingCommands, 1);
            break;
          }
          case 'answer': {
            if (handedOut.length === 0) break;
            const correlation = handedOut[one.which % handedOut.length] as number;
            const expected = waiting.get(correlation)?.asker ?? null;
            const found = table.take(correlation);
            assert.ok(found === expected);
            if (found !== null) assert.equal(found.pendingCommands, 0);
            waiting.delete(correlation);
            break;
          }
          case 'passTime': {
            nowMs += one.ms;
            const untilMs = nowMs - 5000;
            const due = [...waiting.values()].filter(({ sentAtMs }) => sentAtMs <= untilMs).length;
            const before = waiting.size;
            table.takeSentBy(untilMs, unanswered);
            assert.equal(before - waiting.size, due);
            break;
          }
          case 'lose': {
            table.takeOfEvents((eventId) => eventId === one.eventId, unanswered);
            assert.ok([...waiting.values()].every(({ eventId }) => eventId !== one.eventId));
            break;
          }
        }
        assert.equal(table.count, waiting.size);
      }
    }),
  );
});

test('a slot comes round again only after as many commands as may be pending, under another correlation', () => {
  const table = new PendingCommands(4);
  const first = table.add(session(1), 1, 'a', 0);
  table.take(first);
  const later: number[] = [];
  for (let reqId = 2; reqId < 40; reqId += 1) {
    const correlation = table.add(session(reqId), reqId, 'a', 0);
    later.push(correlation);
    assert.equal(table.take(first), null);
    table.take(correlation);
  }
  assert.equal(new Set([first, ...later]).size, 39);
});

test('a correlation that nobody was given finds nobody', () => {
  const table = new PendingCommands(4);
  for (const correlation of [0, 1, 7, 2 ** 30, 2 ** 31, 2 ** 32 - 1]) assert.equal(table.take(correlation), null);
});
