import type { Entry } from '../change.js';
import type { JournalRow } from '../journal-decoder.js';
import type { Report } from '../violations.js';

/** [I8] `seq` is 1..N without gap or repeat, `epoch` never falls. [I5] Actor time never falls. */
export class OrderRule {
  #seq = 0;
  #epoch = 0;
  #atMs = 0;

  constructor(private readonly report: Report) {}

  get seq(): number {
    return this.#seq;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Whether the row follows on the last one: then its changes can be judged. */
  row({ epoch, firstSeq, lastSeq }: JournalRow): boolean {
    const expected = this.#seq + 1;
    if (firstSeq > expected) this.report('I8', `changes ${expected} to ${firstSeq - 1} are missing`, expected);
    if (firstSeq < expected) this.report('I8', `change ${firstSeq} is there again`, firstSeq);
    if (epoch < this.#epoch) this.report('I8', `the epoch falls from ${this.#epoch} to ${epoch}`, firstSeq);
    this.#seq = Math.max(this.#seq, lastSeq);
    this.#epoch = Math.max(this.#epoch, epoch);
    return firstSeq === expected;
  }

  entry({ seq, epoch, change }: Entry): void {
    if (change.atMs < this.#atMs) {
      this.report('I5', `actor time falls from ${this.#atMs} to ${change.atMs}`, seq);
    }
    this.#atMs = Math.max(this.#atMs, change.atMs);
    if (seq === 1 && change.kind !== 'EventOpened')
      this.report('I8', `change 1 is ${change.kind}: it opens no event`, 1);
    if (seq === 1 && epoch !== 1) this.report('I8', `the event was opened in epoch ${epoch}`, 1);
    if (seq > 1 && change.kind === 'EventOpened') this.report('I8', 'the event is opened again', seq);
  }
}
