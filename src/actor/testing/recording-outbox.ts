import { must } from '../../lib/must.js';
import type {
  AcceptedFrame,
  DeltaFrame,
  HoldChangedFrame,
  HoldEndedFrame,
  RejectedFrame,
  SnapshotFrame,
} from '../../protocol/down.js';
import type { Correlation, Mail } from '../mail.js';
import type { Outbox } from '../outbox.js';

type Answer = AcceptedFrame | RejectedFrame;

/** Keeps what leaves, in order: frames for the test to look into, and a line each that tells the story. */
export class RecordingOutbox implements Outbox {
  /** `1 accepted 2.3`, `2 refused 409 seat_taken`, `watch 3 from snapshot 2.3`, … Positions are epoch.seq. */
  readonly story: string[] = [];
  readonly #answers = new Map<Correlation, Answer>();
  readonly maps: (SnapshotFrame | DeltaFrame)[] = [];
  readonly notices: { readonly holderId: string; readonly frame: HoldEndedFrame | HoldChangedFrame }[] = [];
  /** Thrown at the next call, instead of what it should do. */
  nextError: Error | null = null;

  answerTo(correlation: Correlation): Answer {
    return must(this.#answers.get(correlation), `the answer to ${correlation}`);
  }

  /** The body of the answer to an accepted command. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the test knows what it has asked for
  bodyOf<Body>(correlation: Correlation): Body {
    const frame = this.answerTo(correlation);
    if (frame[0] !== 4) throw new Error(`Cannot read a body as the command was refused: ${frame[2]}, ${frame[3]}`);
    return frame[3] as Body;
  }

  /** The story since the last time. */
  news(): string[] {
    return this.story.splice(0);
  }

  answer(correlation: Correlation, frame: Answer): void {
    this.#throwIfTold();
    this.#answers.set(correlation, frame);
    this.story.push(`${correlation} ${told(frame)}`);
  }

  subscribed(_: string, correlation: Correlation, accepted: AcceptedFrame, map: SnapshotFrame | DeltaFrame): void {
    this.#throwIfTold();
    this.maps.push(map);
    this.story.push(`watch ${correlation} ${told(accepted)} and ${told(map)}`);
  }

  subscribeRefused(correlation: Correlation, frame: RejectedFrame): void {
    this.story.push(`watch ${correlation} ${told(frame)}`);
  }

  snapshot(correlation: Correlation, frame: SnapshotFrame | RejectedFrame): void {
    this.story.push(`read ${correlation} ${told(frame)}`);
  }

  publish(_: string, frame: DeltaFrame | SnapshotFrame): void {
    this.maps.push(frame);
    this.story.push(`all ${told(frame)}`);
  }

  notify(_: string, holderId: string, exceptSessionId: number, frame: HoldEndedFrame | HoldChangedFrame): void {
    this.notices.push({ holderId, frame });
    const what = frame[0] === 6 ? `hold ${frame[4]}` : 'hold changed';
    this.story.push(`${holderId} but ${exceptSessionId}: ${what} ${frame[2].join('.')}`);
  }

  moved(eventId: string, owner: string): void {
    this.story.push(`${eventId} is ${owner}'s`);
  }

  bounced({ kind, correlation }: Mail, waitedMs: number): void {
    this.story.push(`${kind} ${correlation} bounced${waitedMs > 0 ? ` after ${waitedMs} ms` : ''}`);
  }

  #throwIfTold(): void {
    const error = this.nextError;
    this.nextError = null;
    if (error !== null) throw error;
  }
}

function told(frame: Answer | SnapshotFrame | DeltaFrame): string {
  switch (frame[0]) {
    case 2:
      return `snapshot ${frame[2].join('.')}`;
    case 3:
      return `delta ${frame[3]}-${frame[4]}`;
    case 4:
      return `accepted ${frame[2].join('.')}`;
    case 5:
      return `refused ${frame[2]}`;
  }
}
