import type { Outbox } from '../../actor/outbox.js';
import { must } from '../../lib/must.js';
import { threadVersion } from '../../lib/thread-version.js';
import { recordingsIn } from '../../lib/testing/recordings.js';
import { deliver, PackedOutbox } from '../answers.js';
import { PackedReader, PackedWriter } from '../packed.js';
import type { OwnershipListener, ShardListener } from '../port.js';
import { readRequest, type ShardRequest, writeMail, writeRewatch, writeUnwatch } from '../requests.js';
import { oneOfEachMail } from './sample-mails.js';

/** A message each way between the main thread and a shard, with every kind of record. */
export interface GoldenThreads {
  readonly version: number;
  readonly toShard: Uint8Array;
  readonly requests: readonly ShardRequest[];
  readonly fromShard: Uint8Array;
  /** What the main thread is told, in order: the listener's method, then what it is given. */
  readonly told: readonly (readonly unknown[])[];
}

export function goldenThreads(): (readonly [name: string, threads: GoldenThreads])[] {
  return recordingsIn<GoldenThreads>(new URL('./golden/', import.meta.url), 'thread-');
}

export function requestsIn(message: Uint8Array): ShardRequest[] {
  const reader = new PackedReader(message);
  const requests: ShardRequest[] = [];
  while (!reader.isAtEnd) requests.push(readRequest(reader));
  return requests;
}

export function toldBy(message: Uint8Array): unknown[][] {
  const told: unknown[][] = [];
  const note =
    (name: string) =>
    (...values: unknown[]): void =>
      void told.push([name, ...values]);
  const listener: ShardListener & OwnershipListener = {
    onAnswer: note('onAnswer'),
    onSubscribed: note('onSubscribed'),
    onPublish: note('onPublish'),
    onNotify: note('onNotify'),
    onSnapshot: note('onSnapshot'),
    onShardLost: note('onShardLost'),
    onMoved: note('onMoved'),
    onBounced: note('onBounced'),
  };
  deliver(message, listener);
  return told;
}

function messageToShard(): Uint8Array {
  const writer = new PackedWriter();
  for (const mail of oneOfEachMail) writeMail(writer, mail);
  writeUnwatch(writer, 'evening');
  writeRewatch(writer, 'evening', 70_000);
  return writer.take();
}

function messageFromShard(): Uint8Array {
  const writer = new PackedWriter();
  const nothing = (): void => undefined;
  const outbox: Outbox = new PackedOutbox(writer, nothing, nothing, nothing);
  outbox.answer(1, [5, 7, '409 seat_taken', 'Cannot hold seats as some are taken', { seats: [3] }]);
  outbox.subscribed('evening', 2, [4, 8, [3, 41], {}], [3, 'evening', 3, 40, 41, [7, 1], []]);
  outbox.subscribeRefused(3, [5, 9, '503 busy', 'Cannot take the command', { retryAfterMs: 250 }]);
  outbox.publish('evening', [3, 'evening', 3, 41, 42, [7, 2, 8, 2], []]);
  outbox.notify('evening', 'ann', 4_000_000_000, [6, 'evening', [3, 42], 'H2-c', 'expired', [7]]);
  outbox.snapshot(4, [5, 0, '404 unknown_event', 'Cannot find the event', {}]);
  outbox.moved('evening', 'node-b.x');
  outbox.bounced(must(oneOfEachMail[0], 'a mail'), 120);
  return writer.take();
}

export const threadRecording = {
  name: `thread-${threadVersion}.json`,
  make: (): GoldenThreads => {
    const [toShard, fromShard] = [messageToShard(), messageFromShard()];
    return { version: threadVersion, toShard, requests: requestsIn(toShard), fromShard, told: toldBy(fromShard) };
  },
};
