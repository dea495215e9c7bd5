import { RecordingOutbox } from '../../actor/testing/recording-outbox.js';
import { must } from '../../lib/must.js';
import type {
  AcceptedFrame,
  DeltaFrame,
  DownFrame,
  HoldChangedFrame,
  HoldEndedFrame,
  RejectedFrame,
  SnapshotFrame,
} from '../../protocol/down.js';
import { decodeMsgpack } from '../../protocol/msgpack.js';
import { readDown } from '../../protocol/read-down.js';
import type { Correlation, Mail } from '../../actor/mail.js';
import type { OwnershipListener, ShardListener } from '../port.js';

/** The gateway's end of a shard: keeps what came over, decoded, as `RecordingOutbox` does. */
export class RecordingListener implements ShardListener, OwnershipListener {
  readonly came = new RecordingOutbox();
  #onNews: () => void = () => undefined;

  /** Resolves when this line of the story is there; gives all up to it, and takes them out. */
  async until(line: string): Promise<string[]> {
    const { story } = this.came;
    while (!story.includes(line)) {
      await new Promise<void>((resolve) => {
        this.#onNews = resolve;
      });
    }
    return story.splice(0, story.indexOf(line) + 1);
  }

  onAnswer(correlation: Correlation, frame: Uint8Array): void {
    this.came.answer(correlation, decoded<AcceptedFrame | RejectedFrame>(frame));
  }

  onSubscribed(correlation: Correlation, accepted: boolean, frames: readonly Uint8Array[]): void {
    const [first, map] = frames.map((frame) => decoded<DownFrame>(frame));
    if (accepted) this.came.subscribed('', correlation, first as AcceptedFrame, map as SnapshotFrame | DeltaFrame);
    else this.came.subscribeRefused(correlation, first as RejectedFrame);
  }

  onPublish(eventId: string, frame: Uint8Array): void {
    this.came.publish(eventId, decoded<DeltaFrame | SnapshotFrame>(frame));
  }

  onNotify(eventId: string, holderId: string, exceptSessionId: number, frame: Uint8Array): void {
    this.came.notify(eventId, holderId, exceptSessionId, decoded<HoldEndedFrame | HoldChangedFrame>(frame));
  }

  onSnapshot(correlation: Correlation, frame: Uint8Array): void {
    this.came.snapshot(correlation, decoded<SnapshotFrame | RejectedFrame>(frame));
  }

  onMoved(eventId: string, owner: string): void {
    this.came.moved(eventId, owner);
  }

  onBounced(mail: Mail, waitedMs: number): void {
    this.came.bounced(mail, waitedMs);
  }

  onShardLost(): void {
    this.came.story.push('shard lost');
    this.#onNews();
  }

  onTurnEnd(): void {
    this.#onNews();
  }
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- which frame may come is said by where it comes
function decoded<Frame extends DownFrame>(bytes: Uint8Array): Frame {
  return must(readDown(decodeMsgpack(bytes)), 'a frame of the wire') as Frame;
}
