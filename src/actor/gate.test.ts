import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { InvariantError } from '../lib/assert.js';
import { Gate } from './gate.js';
import { snapshot } from './testing/mails.js';

const mail = snapshot(1);
const read = (seqDecided: number) => ({ kind: 'read', seqDecided, mail }) as const;

test('[I10] an output leaves once all it rests on is committed, in the order in which it was decided', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3), { maxLength: 40 }), fc.array(fc.nat(5), { maxLength: 40 }), (steps, commits) => {
      const gate = new Gate();
      const held: number[] = [];
      for (const step of steps) held.push((held.at(-1) ?? 0) + step);
      for (const seqDecided of held) gate.hold(read(seqDecided));
      const left: number[] = [];
      let seqCommitted = 0;
      for (const commit of commits) {
        seqCommitted += commit;
        for (let output = gate.next(seqCommitted); output !== undefined; output = gate.next(seqCommitted)) {
          left.push(output.seqDecided);
          gate.left();
        }
        assert.deepEqual(
          left,
          held.filter((seqDecided) => seqDecided <= seqCommitted),
        );
        assert.equal(gate.length, held.length - left.length);
      }
      assert.deepEqual(
        gate.drain().map(({ seqDecided }) => seqDecided),
        held.slice(left.length),
      );
      assert.equal(gate.length, 0);
    }),
  );
});

test('what was decided before the last output cannot come after it', () => {
  const gate = new Gate();
  gate.hold(read(5));
  assert.throws(() => gate.hold(read(4)), InvariantError);
  assert.equal(gate.seqDecided, 5);
  assert.equal(gate.length, 1);
});
