import { systemTimers } from '../../lib/timers.js';
import { pauseAwake } from '../../store/embedded/pause-awake.js';
import type { Guest } from './venue.js';
import { type Answer, ConnectionLost, type Subprotocol, WireClient } from './wire-client.js';

const reconnectAfterMs = 50;
const askAgainAfterMs = 20;

/** Somebody who comes back after every lost connection, and asks again until an answer says what happened. */
export class Buyer {
  #client: WireClient | null = null;
  #connecting: Promise<void> | null = null;
  /** How often the outcome of a command was unknown at first. */
  unknowns = 0;

  constructor(
    /** Where to come back to. */
    private readonly liveUrl: () => string,
    readonly guest: Guest,
    private readonly subprotocol: Subprotocol,
  ) {}

  /** @param ask sends the same command each time */
  async settle<Body>(ask: (client: WireClient) => Promise<Answer<Body>>): Promise<Answer<Body>> {
    for (;;) {
      const answer = await this.#try(ask);
      if (answer?.kind === 'accepted') return answer;
      if (answer !== null && !answer.code.startsWith('503 ')) return answer;
      if (answer?.code !== '503 busy') this.unknowns += 1;
      await pauseAwake(systemTimers, answer?.details.retryAfterMs ?? askAgainAfterMs);
    }
  }

  async leave(): Promise<void> {
    await this.#client?.close();
  }

  /** Null: the connection was lost before the answer came. */
  async #try<Body>(ask: (client: WireClient) => Promise<Answer<Body>>): Promise<Answer<Body> | null> {
    const client = await this.#connected();
    try {
      return await ask(client);
    } catch (error) {
      if (error instanceof ConnectionLost) return null;
      throw error;
    }
  }

  async #connected(): Promise<WireClient> {
    while (this.#client === null || this.#client.isClosed) {
      this.#connecting ??= this.#connect().finally(() => {
        this.#connecting = null;
      });
      await this.#connecting;
    }
    return this.#client;
  }

  async #connect(): Promise<void> {
    try {
      this.#client = await WireClient.connect(this.liveUrl(), this.guest.token, this.subprotocol);
    } catch (error) {
      const isNobodyThere =
        error instanceof ConnectionLost ||
        (error instanceof Error && 'code' in error && error.code !== 'ERR_ASSERTION');
      if (!isNobodyThere) throw error;
      await pauseAwake(systemTimers, reconnectAfterMs);
    }
  }
}
