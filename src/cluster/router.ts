import type { CommandRequest, Correlation, Mail, MyHoldsRequest, WatchRequest } from '../actor/mail.js';
import { unavailable } from '../actor/refusals.js';
import type { OwnershipListener, ShardListener, ShardPort } from '../shard/port.js';
import { must } from '../lib/must.js';
import { refuseMail } from './refuse-mail.js';

/** Between gateway and shards: sends each request to whoever owns its event. */
export class Router implements ShardPort, ShardListener, OwnershipListener {
  #listener: ShardListener | null = null;

  constructor(private readonly shards: ShardPort) {}

  /** @param listener gets what the shards answer */
  start(listener: ShardListener): void {
    this.#listener = listener;
  }

  command(request: CommandRequest): void {
    this.shards.command(request);
  }

  myHolds(request: MyHoldsRequest): void {
    this.shards.myHolds(request);
  }

  watch(request: WatchRequest): void {
    this.shards.watch(request);
  }

  unwatch(eventId: string): void {
    this.shards.unwatch(eventId);
  }

  snapshot(correlation: Correlation, eventId: string): void {
    this.shards.snapshot(correlation, eventId);
  }

  onAnswer(correlation: Correlation, frame: Uint8Array): void {
    this.#mustListener().onAnswer(correlation, frame);
  }

  onSubscribed(correlation: Correlation, accepted: boolean, frames: readonly Uint8Array[]): void {
    this.#mustListener().onSubscribed(correlation, accepted, frames);
  }

  onPublish(eventId: string, frame: Uint8Array): void {
    this.#mustListener().onPublish(eventId, frame);
  }

  onNotify(eventId: string, holderId: string, exceptSessionId: number, frame: Uint8Array): void {
    this.#mustListener().onNotify(eventId, holderId, exceptSessionId, frame);
  }

  onSnapshot(correlation: Correlation, frame: Uint8Array): void {
    this.#mustListener().onSnapshot(correlation, frame);
  }

  onShardLost(isOfShard: (eventId: string) => boolean): void {
    this.#mustListener().onShardLost(isOfShard);
  }

  onMoved(): void {}

  onBounced(mail: Mail): void {
    refuseMail(this.#mustListener(), mail, unavailable);
  }

  onTurnEnd(): void {
    this.#listener?.onTurnEnd?.();
  }

  #mustListener(): ShardListener {
    return must(this.#listener, 'the gateway');
  }
}
