import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { type FrameListener, FrameParser, ProtocolError } from './frame-parser.js';

type Event = { kind: 'message' | 'ping'; bytes: string } | { kind: 'close'; code: number };

class Recorder implements FrameListener {
  readonly events: Event[] = [];
  onMessage(bytes: Uint8Array, start: number, end: number): void {
    this.events.push({ kind: 'message', bytes: Buffer.from(bytes.subarray(start, end)).toString('hex') });
  }
  onPing(bytes: Uint8Array, start: number, end: number): void {
    this.events.push({ kind: 'ping', bytes: Buffer.from(bytes.subarray(start, end)).toString('hex') });
  }
  onClose(code: number): void {
    this.events.push({ kind: 'close', code });
  }
}

/** RFC 6455, section 5.2, as plainly as it can be written. */
function frame(opcode: number, payload: Uint8Array, last = true): Buffer {
  const first = (last ? 0x80 : 0) | opcode;
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.of(first, length), payload]);
  const header = Buffer.alloc(length < 65_536 ? 4 : 10);
  header[0] = first;
  header[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

interface Sent {
  readonly wire: Buffer;
  readonly events: readonly Event[];
}

const payload = fc
  .tuple(fc.oneof(fc.nat(130), fc.constantFrom(125, 126, 127, 65_535, 65_536, 70_000)), fc.nat(255))
  .map(([length, first]) => Buffer.from(Array.from({ length }, (_, i) => (first + i * 7) & 0xff)));
const controlPayload = fc.uint8Array({ maxLength: 125 });
const ping: fc.Arbitrary<Sent> = controlPayload.map((bytes) => ({
  wire: frame(9, bytes),
  events: [{ kind: 'ping', bytes: Buffer.from(bytes).toString('hex') }],
}));
const pong: fc.Arbitrary<Sent> = controlPayload.map((bytes) => ({ wire: frame(10, bytes), events: [] }));
const whole: fc.Arbitrary<Sent> = fc.tuple(fc.constantFrom(1, 2), payload).map(([opcode, bytes]) => ({
  wire: frame(opcode, bytes),
  events: [{ kind: 'message', bytes: bytes.toString('hex') }],
}));
/** One message in several frames, with control frames between them. */
const inParts: fc.Arbitrary<Sent> = fc
  .tuple(fc.array(payload, { minLength: 2, maxLength: 4 }), fc.array(fc.oneof(ping, pong), { maxLength: 3 }))
  .map(([parts, controls]) => {
    const frames = parts.flatMap((bytes, i) => [
      frame(i === 0 ? 2 : 0, bytes, i === parts.length - 1),
      ...(i < parts.length - 1 ? controls.slice(i, i + 1).map((control) => control.wire) : []),
    ]);
    const between = controls.slice(0, parts.length - 1).flatMap((control) => control.events);
    const message: Event = { kind: 'message', bytes: Buffer.concat(parts).toString('hex') };
    return { wire: Buffer.concat(frames), events: [...between, message] };
  });

/** Hands the stream over in pieces, always in the same buffer, as a socket does. */
function pushInPieces(parser: FrameParser, wire: Uint8Array, sizes: readonly number[]): void {
  const chunk = new Uint8Array(Math.max(...sizes, 1) + 3);
  for (let at = 0, i = 0; at < wire.length; i++) {
    const piece = wire.subarray(at, at + (sizes[i % sizes.length] ?? 1));
    chunk.fill(0xee);
    chunk.set(piece, 3);
    parser.push(chunk, 3, 3 + piece.length);
    at += piece.length;
  }
}

test('what is delivered does not depend on where the stream is cut', () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 80_000 })), {
    minLength: 1,
    maxLength: 10,
  });
  fc.assert(
    fc.property(fc.array(fc.oneof(whole, inParts, ping, pong), { maxLength: 8 }), sizes, (sent, cuts) => {
      const recorder = new Recorder();
      pushInPieces(new FrameParser(recorder), Buffer.concat(sent.map(({ wire }) => wire)), cuts);
      assert.deepEqual(
        recorder.events,
        sent.flatMap(({ events }) => events),
      );
    }),
    { numRuns: 300 },
  );
});

test('a stream cut after every byte is read like a whole one', () => {
  const recorder = new Recorder();
  const wire = Buffer.concat([
    frame(2, Buffer.from('one')),
    frame(2, Buffer.alloc(300, 7)),
    frame(8, Buffer.of(0x0f, 0xa9)),
  ]);
  pushInPieces(new FrameParser(recorder), wire, [1]);
  assert.deepEqual(recorder.events, [
    { kind: 'message', bytes: Buffer.from('one').toString('hex') },
    { kind: 'message', bytes: Buffer.alloc(300, 7).toString('hex') },
    { kind: 'close', code: 4009 },
  ]);
});

test('nothing is delivered after a close frame', () => {
  const recorder = new Recorder();
  const wire = Buffer.concat([frame(8, Buffer.alloc(0)), frame(2, Buffer.from('late'))]);
  new FrameParser(recorder).push(wire, 0, wire.length);
  assert.deepEqual(recorder.events, [{ kind: 'close', code: 1005 }]);
});

const faults: readonly (readonly [name: string, wire: Buffer])[] = [
  ['a masked frame', Buffer.of(0x82, 0x80, 0, 0, 0, 0)],
  ['reserved bits', Buffer.of(0xc2, 0)],
  ['an unknown opcode', Buffer.of(0x83, 0)],
  ['an unknown control opcode', Buffer.of(0x8b, 0)],
  ['a continuation of nothing', Buffer.of(0x80, 0)],
  ['a message within a message', Buffer.of(0x02, 0, 0x82, 0)],
  ['a cut control frame', Buffer.of(0x09, 0)],
  ['a control frame of 126 bytes', frame(9, Buffer.alloc(126))],
  ['a frame longer than memory', Buffer.of(0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0)],
];
for (const [name, wire] of faults) {
  test(`${name} is refused`, () => {
    assert.throws(() => new FrameParser(new Recorder()).push(wire, 0, wire.length), ProtocolError);
  });
}
