import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Mail } from '../actor/mail.js';
import type { Command } from '../seatmap/command.js';
import { PackedReader, PackedWriter } from './packed.js';
import { readRequest, type ShardRequest, writeMail, writeRewatch, writeUnwatch } from './requests.js';

/** Plain objects, as the reader makes them. */
function record<T>(shape: { [key in keyof T]: fc.Arbitrary<T[key]> }): fc.Arbitrary<T> {
  return fc.record(shape, { noNullPrototype: true }) as fc.Arbitrary<T>;
}

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const seats = fc.array(fc.nat({ max: Number.MAX_SAFE_INTEGER }), { minLength: 1, maxLength: 64 });
const u32 = fc.nat({ max: 2 ** 32 - 1 });
const identity = record({ holderId: id, commandId: id, payloadHash: u32 });
const reason = fc.string({ unit: 'grapheme', maxLength: 200 });
const quantity = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const places = record({ area: id, quantity });
const texts = fc.option(fc.array(fc.string({ unit: 'grapheme', maxLength: 30 }), { maxLength: 5 }));
const wish = record({
  quantity,
  categories: texts,
  sections: texts,
  together: fc.boolean(),
  accessible: fc.maxSafeNat(),
  near: fc.option(fc.maxSafeNat()),
});

const command: fc.Arbitrary<Command> = fc.oneof(
  record({ kind: fc.constant('hold' as const), identity, seats }),
  record({ kind: fc.constant('holdBest' as const), identity, wish }),
  record({ kind: fc.constant('holdArea' as const), identity, places }),
  record({ kind: fc.constant('extend' as const), identity, holdId: id }),
  record({
    kind: fc.constant('release' as const),
    identity,
    holdId: id,
    seats: fc.option(seats),
    quantity: fc.option(quantity),
  }),
  record({
    kind: fc.constant('confirm' as const),
    identity,
    holdId: id,
    orderRef: fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 64 }),
    by: fc.constantFrom('holder' as const, 'server' as const),
  }),
  record({
    kind: fc.constantFrom('block' as const, 'unblock' as const),
    identity,
    seats: fc.oneof(seats, fc.constant([])),
    places: fc.option(places),
    reason,
  }),
  record({ kind: fc.constant('revoke' as const), identity, holdId: id, reason }),
  record({ kind: fc.constant('cancel' as const), identity, bookingId: id, reason }),
);

const position = fc.option(fc.tuple(fc.maxSafeNat(), fc.maxSafeNat()));
const mail: fc.Arbitrary<Mail> = fc.oneof(
  record({
    kind: fc.constant('command' as const),
    correlation: u32,
    eventId: id,
    reqId: u32,
    sessionId: u32,
    othersListen: fc.boolean(),
    command,
  }),
  record({ kind: fc.constant('myHolds' as const), correlation: u32, eventId: id, reqId: u32, holderId: id }),
  record({ kind: fc.constant('watch' as const), correlation: u32, eventId: id, reqId: u32, position }),
  record({ kind: fc.constant('snapshot' as const), correlation: u32, eventId: id }),
);

test('any requests, packed into one message, come out as they went in and in order', () => {
  fc.assert(
    fc.property(fc.array(mail, { maxLength: 50 }), id, u32, (mails, eventId, watchers) => {
      const writer = new PackedWriter();
      for (const one of mails) writeMail(writer, one);
      writeUnwatch(writer, eventId);
      writeRewatch(writer, eventId, watchers);
      const reader = new PackedReader(writer.take());
      assert.ok(writer.isEmpty);
      const read: ShardRequest[] = [];
      while (!reader.isAtEnd) read.push(readRequest(reader));
      assert.deepEqual(read, [...mails, { kind: 'unwatch', eventId }, { kind: 'rewatch', eventId, watchers }]);
    }),
  );
});

test('a message grows as far as it must', () => {
  const writer = new PackedWriter();
  for (let n = 0; n < 50_000; n += 1) writeUnwatch(writer, `event-${n}`);
  const reader = new PackedReader(writer.take());
  let count = 0;
  for (; !reader.isAtEnd; count += 1)
    assert.deepEqual(readRequest(reader), { kind: 'unwatch', eventId: `event-${count}` });
  assert.equal(count, 50_000);
});
