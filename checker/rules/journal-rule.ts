import type { Entry } from '../change.js';
import type { EventModel } from '../event-model.js';

/** Judges each change of an event, from 2 on, by what the event was before it and what it became. */
export interface JournalRule {
  before?(entry: Entry, event: EventModel): void;
  after?(entry: Entry, event: EventModel): void;
}
