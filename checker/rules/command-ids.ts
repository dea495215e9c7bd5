import type { Entry } from '../change.js';
import type { EventModel } from '../event-model.js';
import { keyOf } from '../history.js';
import type { Report } from '../violations.js';
import type { JournalRule } from './journal-rule.js';

/** Through how many accepted commands of the event an id is remembered at least. Protocol page, section 8. */
export const commandsRemembered = 100_000;

/**
 * [I7] A command takes effect once: while its id is remembered, no second change has it. An id is remembered through the next
 * 100,000 commands, as long as its hold lives, and for good where it confirmed.
 */
export class CommandIdsRule implements JournalRule {
  /** Seq of the change, by id: those of this generation of commands, and of the one before. */
  #recent = new Map<string, number>();
  #older = new Map<string, number>();
  readonly #confirms = new Map<string, number>();
  /** Ids of long-lived holds that left the two generations. */
  readonly #ofLiveHolds = new Map<string, number>();

  constructor(private readonly report: Report) {}

  before({ seq, change }: Entry, event: EventModel): void {
    if (!('identity' in change)) return;
    const key = keyOf(change.identity.holderId, change.identity.commandId);
    const earlier =
      this.#recent.get(key) ?? this.#older.get(key) ?? this.#confirms.get(key) ?? this.#liveSeq(key, event);
    if (earlier !== undefined) this.report('I7', `command ${key} takes effect again: it did as change ${earlier}`, seq);
    this.#recent.set(key, seq);
    if (change.kind === 'BookingConfirmed') this.#confirms.set(key, seq);
    if (this.#recent.size >= commandsRemembered) this.#forget(event);
  }

  #liveSeq(key: string, event: EventModel): number | undefined {
    const holdSeq = this.#ofLiveHolds.get(key);
    return holdSeq !== undefined && event.holds.has(holdSeq) ? holdSeq : undefined;
  }

  #forget(event: EventModel): void {
    this.#ofLiveHolds.clear();
    for (const { seq, holderId, commandIds } of event.holds.values()) {
      for (const commandId of commandIds) this.#ofLiveHolds.set(keyOf(holderId, commandId), seq);
    }
    this.#older = this.#recent;
    this.#recent = new Map();
  }
}
