import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Reply, type Request, request } from '../src/e2e/testing/rest.js';
import { WatchedMap } from '../src/e2e/testing/watched-map.js';
import { type Subprotocol, WireClient } from '../src/e2e/testing/wire-client.js';
import { hall } from './hall.js';

export interface Addresses {
  /** `http://host:8080` */
  readonly webUrl: string;
  /** `ws://host:8081/v1/live` */
  readonly liveUrl: string;
  readonly adminToken: string | null;
}

export interface Guest {
  readonly token: string;
  readonly holderId: string;
  readonly expiresInMs: number;
}

/** What `POST /v1/events` takes on top of what every event of the suite has. */
export type EventTerms = Readonly<Record<string, unknown>>;

/** Each waits for as long as the server says. */
const sessionTriesMax = 4;

const farAway = '2099-01-01T20:00:00Z';

/** One rule's stage: it makes guests, events and sockets, and puts the sockets away when the rule is over. */
export class Scene {
  readonly #sockets: WireClient[] = [];

  constructor(readonly addresses: Addresses) {}

  get liveHttpUrl(): string {
    return this.addresses.liveUrl.replace(/^ws/, 'http').replace(/\/v1\/live$/, '');
  }

  live(method: string, path: string, given?: Request): Promise<Reply> {
    return request(method, `${this.liveHttpUrl}${path}`, given);
  }

  web(method: string, path: string, given?: Request): Promise<Reply> {
    return request(method, `${this.addresses.webUrl}${path}`, given);
  }

  guest(): Promise<Guest> {
    return this.session('live');
  }

  /** A new guest; with a token, the same holder renewed. A server that limits new sessions is waited for, as it asks. */
  async session(port: 'live' | 'web', token?: string): Promise<Guest> {
    for (let tries = 1; ; tries += 1) {
      const given = { body: {}, ...(token === undefined ? {} : { token }) };
      const { status, headers, body } = await this[port]('POST', '/v1/sessions', given);
      if (status === 201) return body as Guest;
      assert.ok(status === 429 && tries < sessionTriesMax, `POST /v1/sessions: ${status} ${JSON.stringify(body)}`);
      await passed(Number(headers.get('retry-after')) * 1000);
    }
  }

  /** A new holder's socket, hello said. */
  async buyer(subprotocol: Subprotocol, guest?: Guest): Promise<WireClient> {
    const { token } = guest ?? (await this.guest());
    return this.keep(await WireClient.connect(this.addresses.liveUrl, token, subprotocol));
  }

  /** A socket that has not said anything. */
  async silent(subprotocol: Subprotocol): Promise<WireClient> {
    return this.keep(await WireClient.open(this.addresses.liveUrl, subprotocol));
  }

  keep(client: WireClient): WireClient {
    this.#sockets.push(client);
    return client;
  }

  async watch(client: WireClient, eventId: string): Promise<WatchedMap> {
    const map = new WatchedMap(eventId);
    await map.watch(client);
    return map;
  }

  /** An event in the suite's hall (hall.ts), on sale. */
  async event(terms: EventTerms = {}): Promise<string> {
    const chart = await this.post('/v1/charts', { format: 'usher', chart: hall });
    assert.equal(chart.status, 201, `POST /v1/charts: ${JSON.stringify(chart.body)}`);
    const { chartId } = chart.body as { chartId: string };
    const event = await this.post('/v1/events', {
      name: 'Conformance',
      startsAt: farAway,
      chartId,
      currency: 'EUR',
      prices: { dear: 5000, cheap: 2000 },
      ...terms,
    });
    assert.equal(event.status, 201, `POST /v1/events: ${JSON.stringify(event.body)}`);
    return (event.body as { eventId: string }).eventId;
  }

  /** A POST of the control plane with the admin token. */
  post(path: string, body: unknown, key = newKey()): Promise<Reply> {
    const { adminToken } = this.addresses;
    assert.ok(adminToken !== null, 'the rule says that it needs the admin token');
    return this.web('POST', path, { token: adminToken, key, body });
  }

  async end(): Promise<void> {
    await Promise.all(this.#sockets.filter((client) => !client.isClosed).map((client) => client.cut()));
  }
}

/** A commandId that nobody has used. */
export function newKey(): string {
  return randomUUID();
}

function passed(delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, delayMs);
  });
}
