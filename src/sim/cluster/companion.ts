import assert from 'node:assert/strict';
import type { DownFrame } from '../../protocol/down.js';
import { writeMail } from '../../shard/requests.js';
import type { Receiver } from '../connection.js';
import { freshHolder } from '../fresh-sale.js';
import type { Network } from '../network.js';
import { Watcher } from '../watcher.js';
import type { World } from '../world.js';

const retryMs = 300;

/** After all faults have ended: another tab of whoever buys, at one node, which watches and hears what the others do. */
export class Companion implements Receiver {
  readonly resumes = false;
  readonly holderId = freshHolder;
  readonly watcher = new Watcher(() => undefined);
  /** Holds that it was told of, and the ends of holds. */
  readonly changed = new Set<string>();
  readonly ended = new Set<string>();
  #subscribing = -1;

  constructor(
    private readonly world: World,
    private readonly network: Network,
    readonly eventId: string,
    readonly place: number,
  ) {
    network.register(this);
  }

  subscribe(): void {
    const { network, eventId } = this;
    const correlation = network.correlationFor(this);
    this.#subscribing = correlation;
    const mail = { correlation, eventId, reqId: 1, position: this.watcher.position };
    network.send(this, correlation, (writer) => writeMail(writer, { kind: 'watch', ...mail }));
    this.world.after(5_000, () => {
      if (this.#subscribing === correlation) this.subscribe();
    });
  }

  onSubscribed(correlation: number, frames: readonly DownFrame[]): void {
    if (correlation !== this.#subscribing) return;
    this.#subscribing = -1;
    for (const frame of frames) {
      if (frame[0] === 5) this.world.after(retryMs, () => this.subscribe());
      else this.watcher.apply(frame);
    }
  }

  onMap(frame: DownFrame): void {
    this.watcher.apply(frame);
  }

  onNotice(frame: DownFrame): void {
    if (frame[0] === 9) this.changed.add(frame[3].holdId);
    if (frame[0] === 6) this.ended.add(frame[3]);
  }

  onAnswer(): void {}

  onCut(): void {
    assert.fail('after all faults ended, a connection ends');
  }
}
