import type {
  AcceptedFrame,
  DeltaFrame,
  HoldChangedFrame,
  HoldEndedFrame,
  RejectedFrame,
  SnapshotFrame,
} from '../protocol/down.js';
import type { Correlation, Mail } from './mail.js';

/** Where an actor's frames go. Only what the gate has let through comes here (I10). */
export interface Outbox {
  answer(correlation: Correlation, frame: AcceptedFrame | RejectedFrame): void;
  /** The watcher belongs to the event's topic from here on. */
  subscribed(eventId: string, correlation: Correlation, accepted: AcceptedFrame, map: SnapshotFrame | DeltaFrame): void;
  subscribeRefused(correlation: Correlation, frame: RejectedFrame): void;
  snapshot(correlation: Correlation, frame: SnapshotFrame | RejectedFrame): void;
  publish(eventId: string, frame: DeltaFrame | SnapshotFrame): void;
  /** The event is another node's: `owner` is an incarnation. Mail for it that was not decided follows as `bounced`. */
  moved(eventId: string, owner: string): void;
  /** Nothing was decided: to be sent to the owner. `waitedMs`: its asker's patience is less by so much. */
  bounced(mail: Mail, waitedMs: number): void;
  notify(eventId: string, holderId: string, exceptSessionId: number, frame: HoldEndedFrame | HoldChangedFrame): void;
}
