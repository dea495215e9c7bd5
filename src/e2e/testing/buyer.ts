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
  /** Where its socket leads, and where it was sent to instead. */
  #at: string | null = null;
  #sentTo: string | null = null;
  /** How often the outcome of a command was unknown at first. */
  unknowns = 0;

  constructor(
    /** Where to come back to. */
    private readonly liveUrl: () => string,
    readonly guest: Guest,
    private readonly subprotocol: Subprotocol,
    /** Goes where it is sent to; comes back by `liveUrl` once it has left or lost its socket. */
    private readonly goesElsewhere = false,
  ) {}

  /** @param ask sends the same command each time */
  async settle<Body>(ask: (client: WireClient) => Promise<Answer<Body>>): Promise<Answer<Body>> {
    for (;;) {
      const answer = await this.#try(ask);
      if (answer?.kind === 'accepted') return answer;
      if (answer !== null && !answer.code.startsWith('503 ')) return answer;
      if (answer?.code !== '503 busy') this.unknowns += 1;
      const { url } = answer?.details ?? {};
      const isSentElsewhere = url !== undefined && this.goesElsewhere;
      if (isSentElsewhere) await this.#goTo(url);
      await pauseAwake(
        systemTimers,
        isSentElsewhere ? askAgainAfterMs : (answer?.details.retryAfterMs ?? askAgainAfterMs),
      );
    }
  }

  async leave(): Promise<void> {
    await this.#client?.close();
  }

  /** Another command on the same socket may have been first. */
  async #goTo(url: string): Promise<void> {
    if (this.#at === url) return;
    this.#sentTo = url;
    await this.leave();
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
    const url = this.#sentTo ?? this.liveUrl();
    this.#at = url;
    this.#sentTo = null;
    this.#client = await connectedTo(url, this.guest, this.subprotocol);
    if (this.#client === null) await pauseAwake(systemTimers, reconnectAfterMs);
  }
}

/** Null: nobody is there now. */
export async function connectedTo(url: string, guest: Guest, subprotocol: Subprotocol): Promise<WireClient | null> {
  try {
    return await WireClient.connect(url, guest.token, subprotocol);
  } catch (error) {
    const isNobodyThere =
      error instanceof ConnectionLost || (error instanceof Error && 'code' in error && error.code !== 'ERR_ASSERTION');
    if (!isNobodyThere) throw error;
    return null;
  }
}
