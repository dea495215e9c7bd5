import { type Entry, holdIdOf } from '../change.js';
import { DeadlineHeap } from '../deadline-heap.js';
import type { EventModel } from '../event-model.js';
import type { Report } from '../violations.js';
import type { JournalRule } from './journal-rule.js';

/**
 * [I5] A hold gets its whole time, an extension the whole time again, and nothing ends by time before its deadline.
 * [I4] Nor does anything outlive its deadline: whatever is decided then or later finds the hold ended. Only the end of a hold
 * itself comes so late, and the raising of all deadlines after a crash.
 */
export class DeadlinesRule implements JournalRule {
  /** May tell of holds that have ended, or have another deadline since. */
  readonly #deadlines = new DeadlineHeap();
  readonly #overdue = new Set<number>();

  constructor(private readonly report: Report) {}

  before({ seq, change }: Entry, event: EventModel): void {
    const { holdTtlMs } = event.configuration;
    const fullMs = change.atMs + holdTtlMs;
    switch (change.kind) {
      case 'SeatsHeld':
      case 'PlacesHeld':
        if (change.deadlineMs !== fullMs) {
          this.report('I5', `a hold gets ${change.deadlineMs - change.atMs} ms, and the event gives ${holdTtlMs}`, seq);
        }
        break;
      case 'HoldExtended': {
        const earlierMs = event.holds.get(change.holdSeq)?.deadlineMs ?? 0;
        if (change.deadlineMs !== Math.max(earlierMs, fullMs)) {
          const got = `${change.deadlineMs - change.atMs} ms, having ${earlierMs - change.atMs}`;
          this.report('I5', `an extended hold gets ${got}, and the event gives ${holdTtlMs}`, seq);
        }
        break;
      }
      case 'HoldExpired': {
        const deadlineMs = event.holds.get(change.holdSeq)?.deadlineMs ?? 0;
        if (change.atMs < deadlineMs) {
          const id = holdIdOf(change.holdEpoch, change.holdSeq);
          this.report('I5', `hold ${id} expires ${deadlineMs - change.atMs} ms before its deadline`, seq);
        }
        return;
      }
      case 'DeadlinesRaised':
        return;
      default:
    }
    this.#nothingOverdue(seq, change.atMs, event);
  }

  after({ seq, change }: Entry, event: EventModel): void {
    switch (change.kind) {
      case 'SeatsHeld':
      case 'PlacesHeld':
        this.#deadlines.add({ atMs: change.deadlineMs, holdSeq: seq });
        return;
      case 'HoldExtended':
        this.#deadlines.add({ atMs: change.deadlineMs, holdSeq: change.holdSeq });
        return;
      case 'DeadlinesRaised':
        for (const hold of event.holds.values()) {
          if (hold.deadlineMs === change.untilMs) this.#deadlines.add({ atMs: change.untilMs, holdSeq: hold.seq });
        }
        return;
      default:
    }
  }

  #nothingOverdue(seq: number, nowMs: number, event: EventModel): void {
    for (let due = this.#deadlines.first; due !== null && due.atMs <= nowMs; due = this.#deadlines.first) {
      this.#deadlines.removeFirst();
      const hold = event.holds.get(due.holdSeq);
      if (hold === undefined || hold.deadlineMs !== due.atMs || this.#overdue.has(hold.seq)) continue;
      this.#overdue.add(hold.seq);
      this.report(
        'I4',
        `hold ${holdIdOf(hold.epoch, hold.seq)} has not ended, ${nowMs - due.atMs} ms after its time`,
        seq,
      );
    }
  }
}
