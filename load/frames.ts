import { upNumbers } from '../src/protocol/up.js';
import { Builder } from './message-pack.js';

/**
 * A client's WebSocket frames, encoded once and patched in place before each sending:
 *
 *     82 | length | 00 00 00 00 | [number, reqId, eventId, commandId, …]
 *          1 or 3   the mask
 *
 * The mask is all zeros, so that the payload travels as it stands. The payload starts at the same offset whatever the
 * header's length; shorter headers leave the first bytes unused.
 */
const payloadAt = 8;
const reqIdAt = payloadAt + 3;
const counterDigits = 8;
const holdIdLengthMax = 64;
const zero = 0x30;
const nine = 0x39;

export abstract class PreparedFrame {
  readonly bytes: Uint8Array;
  /** The frame as it stands is `bytes[start, end)`. */
  start = 0;
  end = 0;

  protected constructor(payload: readonly number[], spareBytes: number) {
    this.bytes = new Uint8Array(payloadAt + payload.length + spareBytes);
    this.bytes.set(payload, payloadAt);
    this.finish(payloadAt + payload.length);
  }

  /** The message within, as it stands. */
  get payload(): Uint8Array {
    return this.bytes.subarray(payloadAt, this.end);
  }

  setReqId(reqId: number): void {
    writeUint32(this.bytes, reqIdAt, reqId);
  }

  /** Writes the header before a payload that ends at `end`. */
  protected finish(end: number): void {
    const { bytes } = this;
    const length = end - payloadAt;
    this.end = end;
    bytes.fill(0, 0, payloadAt);
    if (length < 126) {
      this.start = 2;
      bytes[3] = 0x80 | length;
    } else {
      this.start = 0;
      bytes[1] = 0x80 | 126;
      bytes[2] = length >>> 8;
      bytes[3] = length & 0xff;
    }
    bytes[this.start] = 0x82;
  }
}

/** A frame that never changes but for its reqId. */
export class FixedFrame extends PreparedFrame {
  constructor(builder: Builder) {
    super(builder.bytes, 0);
  }
}

/** A command's frame: its commandId is a fixed prefix and a decimal counter. */
abstract class CommandFrame extends PreparedFrame {
  private readonly counterEnd: number;

  protected constructor(head: Builder, rest: readonly number[], spareBytes: number) {
    super([...head.bytes, ...rest], spareBytes);
    this.counterEnd = payloadAt + head.bytes.length;
  }

  /** Makes this a new command. Counts like an odometer, as nearly always only the last digit turns. */
  nextCommandId(): void {
    const { bytes } = this;
    let at = this.counterEnd - 1;
    while (bytes[at] === nine && at >= this.counterEnd - counterDigits) bytes[at--] = zero;
    if (at < this.counterEnd - counterDigits) throw new RangeError('Cannot count on as all command ids are used');
    bytes[at] = (bytes[at] as number) + 1;
  }
}

/** `[10, reqId, eventId, commandId, [seat, …]]` */
export class HoldFrame extends CommandFrame {
  private readonly seatsAt: number;

  constructor(eventId: string, commandIdPrefix: string, seats: readonly number[]) {
    const list = new Builder().array(seats.length);
    const listHeader = list.bytes.length;
    for (const seat of seats) list.uint32(seat);
    const head = commandHead(5, upNumbers.hold, eventId, commandIdPrefix);
    super(head, list.bytes, 0);
    this.seatsAt = payloadAt + head.bytes.length + listHeader;
  }

  setSeat(index: number, seat: number): void {
    writeUint32(this.bytes, this.seatsAt + index * 5 + 1, seat);
  }
}

/** A command that names a hold, of which it learns from an answer: the id has any length, and fixed bytes follow it. */
abstract class HoldCommandFrame extends CommandFrame {
  private readonly holdIdAt: number;
  private readonly tail: Uint8Array;

  protected constructor(head: Builder, tail: Builder) {
    super(head, [], 2 + holdIdLengthMax + tail.bytes.length);
    this.holdIdAt = payloadAt + head.bytes.length;
    this.tail = Uint8Array.from(tail.bytes);
  }

  /** Copies the hold's id out of `source[start, end)`. */
  setHoldId(source: Uint8Array, start: number, end: number): void {
    const { bytes, tail } = this;
    const length = end - start;
    if (length > holdIdLengthMax) throw new RangeError(`Cannot name the hold as its id is too long: ${length} bytes`);
    let at = this.holdIdAt;
    if (length < 32) {
      bytes[at++] = 0xa0 | length;
    } else {
      bytes[at++] = 0xd9;
      bytes[at++] = length;
    }
    for (let i = start; i < end; i++) bytes[at++] = source[i] as number;
    for (let i = 0; i < tail.length; i++) bytes[at++] = tail[i] as number;
    this.finish(at);
  }
}

/** `[13, reqId, eventId, commandId, holdId, nil]`: the whole hold. */
export class ReleaseFrame extends HoldCommandFrame {
  constructor(eventId: string, commandIdPrefix: string) {
    super(commandHead(6, upNumbers.release, eventId, commandIdPrefix), new Builder().nil());
  }
}

/** `[14, reqId, eventId, commandId, holdId, {orderRef}]` */
export class ConfirmFrame extends HoldCommandFrame {
  constructor(eventId: string, commandIdPrefix: string, orderRef: string) {
    const tail = new Builder().map(1).text('orderRef').text(orderRef);
    super(commandHead(6, upNumbers.confirm, eventId, commandIdPrefix), tail);
  }
}

/** `[1, reqId, {token, client}]` */
export function helloFrame(reqId: number, token: string): FixedFrame {
  const body = frameHead(3, upNumbers.hello, reqId).map(2).text('token').text(token).text('client').text('usher-load');
  return new FixedFrame(body);
}

/** `[2, reqId, eventId, nil]` */
export function subscribeFrame(reqId: number, eventId: string): FixedFrame {
  return new FixedFrame(frameHead(4, upNumbers.subscribe, reqId).text(eventId).nil());
}

/** `[16, reqId, eventId]` */
export function myHoldsFrame(reqId: number, eventId: string): FixedFrame {
  return new FixedFrame(frameHead(3, upNumbers.myHolds, reqId).text(eventId));
}

function frameHead(length: number, number: number, reqId: number): Builder {
  return new Builder().array(length).small(number).uint32(reqId);
}

function commandHead(length: number, number: number, eventId: string, commandIdPrefix: string): Builder {
  return frameHead(length, number, 0)
    .text(eventId)
    .text(commandIdPrefix + '0'.repeat(counterDigits));
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
