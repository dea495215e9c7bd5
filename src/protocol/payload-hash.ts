import { type Confirm, type Extend, type Hold, type HoldArea, type HoldBest, type Release, upNumbers } from './up.js';

/**
 * What a repeated commandId is compared by: two frames with the same hash ask for the same. It is journalled, so it must
 * be the same in every process and release: never change what is written below, only add frames.
 *
 * MurmurHash3 x86_32 (Austin Appleby, public domain), seed 0, over a sequence of 32-bit words:
 *
 *     the frame's number, then its payload fields in the order of the protocol page (reqId, eventId, commandId are none):
 *       integer      its low 32 bits, then what is above them
 *       string       the number of its UTF-16 code units as one word, then one word a unit
 *       true, false  1, 0
 *       list         the number of its items as one word, then the items in the order sent
 *       null         0xffffffff
 *       optional     0 where it is absent; else 1, then the field
 *
 * 32 bits are enough: a holder can only collide with an own commandId, and then gets its own first answer.
 */
export function payloadHash(frame: Hold | HoldBest | Extend | Release | Confirm | HoldArea): number {
  const hash = new PayloadHash();
  switch (frame.kind) {
    case 'hold':
      return hash.word(upNumbers.hold).integers(frame.seats).end();
    case 'holdBest':
      return hash
        .word(upNumbers.holdBest)
        .integer(frame.quantity)
        .optionalTexts(frame.categories)
        .optionalTexts(frame.sections)
        .word(frame.together ? 1 : 0)
        .optionalInteger(frame.accessible)
        .optionalInteger(frame.near)
        .end();
    case 'extend':
      return hash.word(upNumbers.extend).text(frame.holdId).end();
    case 'release': {
      hash.word(upNumbers.release).text(frame.holdId);
      if (frame.seats === null) hash.word(nullWord);
      else hash.integers(frame.seats);
      return hash.optionalInteger(frame.quantity).end();
    }
    case 'confirm':
      return hash.word(upNumbers.confirm).text(frame.holdId).text(frame.orderRef).end();
    case 'holdArea':
      return hash.word(upNumbers.holdArea).text(frame.area).integer(frame.quantity).end();
  }
}

const nullWord = 0xffffffff;

/** The words above, one at a time. For commands that are no frames (operators'), start with a number that no frame has. */
export class PayloadHash {
  #state = 0;
  #words = 0;

  word(word: number): this {
    const k = Math.imul(word, 0xcc9e2d51);
    const h = this.#state ^ Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    this.#state = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
    this.#words += 1;
    return this;
  }

  /** Non-negative and safe. */
  integer(integer: number): this {
    return this.word(integer).word(Math.floor(integer / 2 ** 32));
  }

  text(text: string): this {
    this.word(text.length);
    for (let i = 0; i < text.length; i++) this.word(text.charCodeAt(i));
    return this;
  }

  integers(list: readonly number[]): this {
    this.word(list.length);
    for (let i = 0; i < list.length; i++) this.integer(list[i] as number);
    return this;
  }

  texts(list: readonly string[]): this {
    this.word(list.length);
    for (const text of list) this.text(text);
    return this;
  }

  optionalInteger(integer: number | undefined): this {
    return integer === undefined ? this.word(0) : this.word(1).integer(integer);
  }

  optionalTexts(list: readonly string[] | undefined): this {
    return list === undefined ? this.word(0) : this.word(1).texts(list);
  }

  /** Unsigned 32 bits. */
  end(): number {
    let h = this.#state ^ (this.#words * 4);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (h ^ (h >>> 16)) >>> 0;
  }
}
