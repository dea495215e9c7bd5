import type { CommandRequest, Correlation, MyHoldsRequest, ShardPort, WatchRequest } from '../../shard/port.js';
import { Inbox } from './inbox.js';

/** Shards whose every answer is the test's: what the gateway asks is recorded, in order. */
export class RecordedShards implements ShardPort {
  readonly commands = new Inbox<CommandRequest>();
  readonly myHoldsRequests = new Inbox<MyHoldsRequest>();
  readonly watches = new Inbox<WatchRequest>();
  readonly unwatches = new Inbox<string>();
  readonly snapshots = new Inbox<{ readonly correlation: Correlation; readonly eventId: string }>();

  command(request: CommandRequest): void {
    this.commands.put(request);
  }

  myHolds(request: MyHoldsRequest): void {
    this.myHoldsRequests.put(request);
  }

  watch(request: WatchRequest): void {
    this.watches.put(request);
  }

  unwatch(eventId: string): void {
    this.unwatches.put(eventId);
  }

  snapshot(correlation: Correlation, eventId: string): void {
    this.snapshots.put({ correlation, eventId });
  }
}
