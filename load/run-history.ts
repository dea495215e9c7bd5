import { HistoryWriter } from '../checker/history-file.js';
import { WireHistory } from '../checker/wire-history.js';
import { decodeMsgpack } from '../src/protocol/msgpack.js';

/** What the sockets of a run do and see, written to a file while it runs. */
export class RunHistory {
  private readonly writer: HistoryWriter;
  private sockets = 0;

  /** @param path is overwritten */
  constructor(readonly path: string) {
    this.writer = new HistoryWriter(path);
  }

  newSocket(): SocketHistory {
    this.sockets++;
    return new SocketHistory(new WireHistory(this.sockets, (operation) => this.writer.append(operation)));
  }

  close(): Promise<void> {
    return this.writer.close();
  }
}

/** One socket's part. Times are those of the clock that all programs of a machine share. */
export class SocketHistory {
  constructor(private readonly wire: WireHistory) {}

  /** Call just before the frame is on its way. */
  sending(payload: Uint8Array): void {
    this.wire.sending(decodeMsgpack(payload) as readonly unknown[], performance.timeOrigin + performance.now());
  }

  /** `receivedAtMs`: by `performance.now()`. */
  came(payload: Uint8Array, receivedAtMs: number): void {
    this.wire.came(decodeMsgpack(payload) as readonly unknown[], performance.timeOrigin + receivedAtMs);
  }

  closed(): void {
    this.wire.closed();
  }
}
