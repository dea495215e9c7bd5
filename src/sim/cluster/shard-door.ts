import type { CommandRequest, Correlation, MyHoldsRequest, WatchRequest } from '../../actor/mail.js';
import type { Timers } from '../../lib/timers.js';
import { PackedReader, PackedWriter } from '../../shard/packed.js';
import type { ShardPort } from '../../shard/port.js';
import { readRequest, writeMail, writeRewatch, writeUnwatch } from '../../shard/requests.js';

/** The way to a node's shard as ShardHost goes it: one packed message a turn. */
export class ShardDoor implements ShardPort {
  readonly #writer = new PackedWriter();

  constructor(
    private readonly timers: Timers,
    private readonly post: (message: Uint8Array) => void,
  ) {}

  command(request: CommandRequest): void {
    writeMail(this.#writerOfTurn(), { kind: 'command', ...request });
  }

  myHolds(request: MyHoldsRequest): void {
    writeMail(this.#writerOfTurn(), { kind: 'myHolds', ...request });
  }

  watch(request: WatchRequest): void {
    writeMail(this.#writerOfTurn(), { kind: 'watch', ...request });
  }

  unwatch(eventId: string): void {
    writeUnwatch(this.#writerOfTurn(), eventId);
  }

  snapshot(correlation: Correlation, eventId: string): void {
    writeMail(this.#writerOfTurn(), { kind: 'snapshot', correlation, eventId });
  }

  rewatch(eventId: string, watchers: number): void {
    writeRewatch(this.#writerOfTurn(), eventId, watchers);
  }

  /** What this turn has for the shard is lost with it. */
  lose(): void {
    this.#writer.take();
  }

  #writerOfTurn(): PackedWriter {
    const writer = this.#writer;
    if (writer.isEmpty) this.timers.soon(() => this.post(writer.take()));
    return writer;
  }
}

/** Asks a port for what somebody wrote for a shard. */
export function askPort(message: Uint8Array, port: ShardPort): void {
  const reader = new PackedReader(message);
  while (!reader.isAtEnd) {
    const request = readRequest(reader);
    switch (request.kind) {
      case 'command':
        port.command(request);
        break;
      case 'myHolds':
        port.myHolds(request);
        break;
      case 'watch':
        port.watch(request);
        break;
      case 'unwatch':
        port.unwatch(request.eventId);
        break;
      case 'snapshot':
        port.snapshot(request.correlation, request.eventId);
        break;
      case 'rewatch':
        throw new RangeError('Cannot tell a router how many watch as it counts them itself');
    }
  }
}
