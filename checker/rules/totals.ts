import { type Entry, placesOf, seatsOf } from '../change.js';
import type { EventModel } from '../event-model.js';
import type { Report } from '../violations.js';
import type { JournalRule } from './journal-rule.js';

/** [I6] What was accepted is what its seats cost by the configuration's prices. */
export class TotalsRule implements JournalRule {
  constructor(private readonly report: Report) {}

  before({ seq, change }: Entry, { chart }: EventModel): void {
    if (!('totalMinor' in change)) return;
    const totalMinor = chart.totalMinor(seatsOf(change), placesOf(change));
    if (change.totalMinor === totalMinor) return;
    this.report('I6', `the total is ${change.totalMinor}, and the seats or places cost ${totalMinor}`, seq);
  }
}
