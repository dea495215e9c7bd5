import { systemTimers } from '../../../lib/timers.js';
import { pauseAwake } from '../../../store/embedded/pause-awake.js';
import { connectedTo } from '../buyer.js';
import type { Guest } from '../venue.js';
import { WatchedMap } from '../watched-map.js';
import { ConnectionLost, type WireClient } from '../wire-client.js';

const comeBackAfterMs = 50;
const askAgainAfterMs = 200;

/** Somebody who watches an event at one node, comes back there after each lost connection, and goes on where the map stands. */
export class FaithfulWatcher {
  readonly map: WatchedMap;
  #client: WireClient | null = null;
  #isOn = true;
  #ended: Promise<void> = Promise.resolve();

  constructor(
    eventId: string,
    private readonly liveUrl: string,
    private readonly guest: Guest,
  ) {
    this.map = new WatchedMap(eventId);
  }

  start(): void {
    this.#ended = this.#run();
    // Told by `stop`.
    this.#ended.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#isOn = false;
    await this.#client?.close();
    await this.#ended;
  }

  async #run(): Promise<void> {
    while (this.#isOn) {
      this.#client = await connectedTo(this.liveUrl, this.guest, 'usher.v1.msgpack');
      if (this.#client === null) await pauseAwake(systemTimers, comeBackAfterMs);
      else await this.#watch(this.#client);
    }
  }

  async #watch(client: WireClient): Promise<void> {
    try {
      while (this.#isOn) {
        const answer = await this.map.tryToWatch(client, this.map.snapshots > 0);
        if (answer.kind === 'accepted') break;
        await pauseAwake(systemTimers, answer.details.retryAfterMs ?? askAgainAfterMs);
      }
      await client.closed;
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
    }
  }
}
