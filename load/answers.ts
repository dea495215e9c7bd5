import { downNumbers } from '../src/protocol/down.js';
import { Cursor } from './message-pack.js';

const holdIdKey = Buffer.from('holdId');
const holdsKey = Buffer.from('holds');
const retryKey = Buffer.from('retryAfterMs');

/**
 * The few things that the load wants to know of a server's message, read where it lies. One reader serves all messages:
 * its fields are those of the message read last.
 */
export class AnswerReader {
  private readonly cursor = new Cursor();
  private bytes: Uint8Array = new Uint8Array(0);
  /** Element 0 of the frame. */
  number = 0;
  /** Of frames 1, 4, 5 and 8; else 0. */
  reqId = 0;

  /** Reads the frame's number, and its reqId where it has one. */
  read(bytes: Uint8Array, start: number, end: number): void {
    const { cursor } = this;
    this.bytes = bytes;
    cursor.reset(bytes, start, end);
    if (cursor.arrayLength() < 1) throw new RangeError('Cannot read the answer as it is no array');
    this.number = cursor.unsigned();
    this.reqId = hasReqId(this.number) ? cursor.unsigned() : 0;
  }

  /** After `read` of an accepted hold: finds its id, which is then `bytes[holdIdStart, holdIdEnd)`. */
  findHoldId(): boolean {
    const { cursor } = this;
    cursor.skip();
    if (!this.findKey(holdIdKey) || !cursor.text()) return false;
    this.holdIdStart = cursor.at;
    this.holdIdEnd = cursor.at + cursor.textLength;
    return true;
  }
  holdIdStart = 0;
  holdIdEnd = 0;

  /** After `read` of the answer to my holds: how many there are. */
  countHolds(): number {
    this.cursor.skip();
    return this.findKey(holdsKey) ? this.cursor.arrayLength() : 0;
  }

  /** After `read` of a rejected frame: its code, as `"409 seat_taken"`. The message stays next. */
  readCode(): string {
    const { cursor } = this;
    if (!cursor.text()) throw new RangeError('Cannot read the answer as its code is no string');
    let code = '';
    for (let i = 0; i < cursor.textLength; i++) code += String.fromCharCode(this.bytes[cursor.at + i] as number);
    cursor.at += cursor.textLength;
    return code;
  }

  /** After `readCode`: in how many milliseconds to try again, −1 where the answer does not say. */
  readRetryAfterMs(): number {
    this.cursor.skip();
    return this.findKey(retryKey) ? this.cursor.unsigned() : -1;
  }

  /** Stops at the value of this key in the map that starts here. The server writes the wanted one first. */
  private findKey(key: Uint8Array): boolean {
    const { cursor } = this;
    for (let pairs = cursor.mapLength(); pairs > 0; pairs--) {
      if (!cursor.text()) return false;
      const found = cursor.isText(key);
      cursor.at += cursor.textLength;
      if (found) return true;
      cursor.skip();
    }
    return false;
  }
}

function hasReqId(number: number): boolean {
  return (
    number === downNumbers.accepted ||
    number === downNumbers.rejected ||
    number === downNumbers.welcome ||
    number === downNumbers.pong
  );
}
