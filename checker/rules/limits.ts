import { type Entry, holdIdOf, placesOf, seatsOf } from '../change.js';
import type { EventModel } from '../event-model.js';
import type { Report } from '../violations.js';
import type { JournalRule } from './journal-rule.js';

/** [I12] The limits in force at a command hold after it; and nothing is held or extended when the event is not on sale. */
export class LimitsRule implements JournalRule {
  constructor(private readonly report: Report) {}

  before({ seq, change }: Entry, event: EventModel): void {
    const { configuration } = event;
    if (change.kind === 'SeatsHeld' || change.kind === 'PlacesHeld') {
      const quantity = seatsOf(change).length + (placesOf(change)?.quantity ?? 0);
      this.#atMost('seats in a hold', quantity, configuration.seatsPerHoldMax, seq);
      const { liveHolds, seats } = event.holderOf(change.identity.holderId);
      this.#atMost('live holds of a holder', liveHolds + 1, configuration.holdsPerHolderMax, seq);
      this.#atMost('seats of a holder', seats + quantity, configuration.seatsPerHolderMax, seq);
      this.#onSale(change.atMs, configuration.onSaleAtMs, configuration.closesAtMs, seq);
    } else if (change.kind === 'HoldExtended') {
      const extensions = event.holds.get(change.holdSeq)?.extensions ?? 0;
      const id = holdIdOf(change.holdEpoch, change.holdSeq);
      this.#atMost(`extensions of hold ${id}`, extensions + 1, configuration.extensionsPerHoldMax, seq);
      this.#onSale(change.atMs, null, configuration.closesAtMs, seq);
    }
  }

  #atMost(what: string, there: number, max: number, seq: number): void {
    if (there > max) this.report('I12', `${what}: ${there}, and at most ${max} may be`, seq);
  }

  #onSale(atMs: number, onSaleAtMs: number | null, closesAtMs: number | null, seq: number): void {
    if (onSaleAtMs !== null && atMs < onSaleAtMs) {
      this.report('I12', `seats are held ${onSaleAtMs - atMs} ms before the sale opens`, seq);
    }
    if (closesAtMs !== null && atMs >= closesAtMs) {
      this.report('I12', `seats are held or kept ${atMs - closesAtMs} ms after the sale closed`, seq);
    }
  }
}
