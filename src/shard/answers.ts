import type { Outbox } from '../actor/outbox.js';
import type { Correlation, Mail } from '../actor/mail.js';
import { encodeMsgpack } from '../protocol/msgpack.js';
import type {
  AcceptedFrame,
  DeltaFrame,
  HoldChangedFrame,
  HoldEndedFrame,
  RejectedFrame,
  SnapshotFrame,
} from '../protocol/down.js';
import { PackedReader, type PackedWriter } from './packed.js';
import type { OwnershipListener, ShardListener } from './port.js';
import { readMail, writeMail } from './requests.js';

/** Records from a shard to the main thread. Frames travel as the MessagePack bytes that clients get. */
const answerKinds = {
  answer: 1,
  subscribed: 2,
  subscribeRefused: 3,
  publish: 4,
  notify: 5,
  snapshot: 6,
  moved: 7,
  bounced: 8,
} as const;

/** An actor's outbox that packs what leaves into this turn's message. */
export class PackedOutbox implements Outbox {
  constructor(
    private readonly writer: PackedWriter,
    /** The message has something to carry now. */
    private readonly onFirst: () => void,
    private readonly onSubscribed: (eventId: string) => void,
    private readonly onMoved: (eventId: string) => void,
  ) {}

  #begin(kind: number): PackedWriter {
    if (this.writer.isEmpty) this.onFirst();
    this.writer.begin(kind);
    return this.writer;
  }

  answer(correlation: Correlation, frame: AcceptedFrame | RejectedFrame): void {
    const writer = this.#begin(answerKinds.answer);
    writer.u32(correlation);
    writer.bytes(encodeMsgpack(frame));
  }

  subscribed(
    eventId: string,
    correlation: Correlation,
    accepted: AcceptedFrame,
    map: SnapshotFrame | DeltaFrame,
  ): void {
    this.onSubscribed(eventId);
    const writer = this.#begin(answerKinds.subscribed);
    writer.u32(correlation);
    writer.bytes(encodeMsgpack(accepted));
    writer.bytes(encodeMsgpack(map));
  }

  subscribeRefused(correlation: Correlation, frame: RejectedFrame): void {
    const writer = this.#begin(answerKinds.subscribeRefused);
    writer.u32(correlation);
    writer.bytes(encodeMsgpack(frame));
  }

  snapshot(correlation: Correlation, frame: SnapshotFrame | RejectedFrame): void {
    const writer = this.#begin(answerKinds.snapshot);
    writer.u32(correlation);
    writer.bytes(encodeMsgpack(frame));
  }

  publish(eventId: string, frame: DeltaFrame | SnapshotFrame): void {
    const writer = this.#begin(answerKinds.publish);
    writer.text(eventId);
    writer.bytes(encodeMsgpack(frame));
  }

  moved(eventId: string, owner: string): void {
    this.onMoved(eventId);
    const writer = this.#begin(answerKinds.moved);
    writer.text(eventId);
    writer.text(owner);
  }

  bounced(mail: Mail, waitedMs: number): void {
    const writer = this.#begin(answerKinds.bounced);
    writer.f64(waitedMs);
    writeMail(writer, mail);
  }

  notify(eventId: string, holderId: string, exceptSessionId: number, frame: HoldEndedFrame | HoldChangedFrame): void {
    const writer = this.#begin(answerKinds.notify);
    writer.text(eventId);
    writer.text(holderId);
    writer.u32(exceptSessionId);
    writer.bytes(encodeMsgpack(frame));
  }
}

/** Hands each record of a shard's message to the gateway, in order. */
export function deliver(message: Uint8Array, listener: ShardListener & OwnershipListener): void {
  const reader = new PackedReader(message);
  while (!reader.isAtEnd) {
    const kind = reader.u8();
    switch (kind) {
      case answerKinds.answer:
        listener.onAnswer(reader.u32(), reader.bytes());
        break;
      case answerKinds.subscribed:
        listener.onSubscribed(reader.u32(), true, [reader.bytes(), reader.bytes()]);
        break;
      case answerKinds.subscribeRefused:
        listener.onSubscribed(reader.u32(), false, [reader.bytes()]);
        break;
      case answerKinds.publish:
        listener.onPublish(reader.text(), reader.bytes());
        break;
      case answerKinds.notify:
        listener.onNotify(reader.text(), reader.text(), reader.u32(), reader.bytes());
        break;
      case answerKinds.snapshot:
        listener.onSnapshot(reader.u32(), reader.bytes());
        break;
      case answerKinds.moved:
        listener.onMoved(reader.text(), reader.text());
        break;
      case answerKinds.bounced: {
        const waitedMs = reader.f64();
        listener.onBounced(readMail(reader), waitedMs);
        break;
      }
      default:
        throw new RangeError(`Cannot read a shard's message as a record is unknown: kind is ${kind}`);
    }
  }
  listener.onTurnEnd?.();
}
