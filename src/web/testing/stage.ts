import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page, WebSocketRoute } from 'playwright-core';
import type { Chart, EventDetails } from '../../client/client.js';
import { type DownFrame, downNumbers } from '../../protocol/down.js';
import { encodeMsgpack } from '../../protocol/msgpack.js';
import { readUpMsgpack } from '../../protocol/server-codec.js';
import type { EventFrame, Position } from '../../protocol/up.js';

const origin = 'http://stage.localhost';
const builtPage = fileURLToPath(new URL('../../../web', import.meta.url));
const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css',
  js: 'text/javascript',
  svg: 'image/svg+xml',
};

/** What the server would do: frames in answer to a command. Without one, the command goes unanswered. */
export type Script = (frame: EventFrame, stage: Stage) => readonly DownFrame[];

/**
 * The built page in a browser before a server that says what the test makes it say: for what a real one cannot be brought to
 * say at will, and for charts of any size. The whole server has tests of its own.
 */
export class Stage {
  readonly page: Page;
  readonly faults: string[] = [];
  readonly chart: Chart;
  readonly #event: EventDetails;
  readonly #script: Script;
  #socket: WebSocketRoute | null = null;
  #seq = 1;

  private constructor(page: Page, chart: Chart, script: Script) {
    this.page = page;
    this.chart = chart;
    this.#script = script;
    const seatCount = chart.sections.flatMap(({ rows }) => rows.flatMap(({ seats }) => seats)).length;
    this.#event = {
      ...event,
      seatCount,
      prices: Object.fromEntries(chart.categories.map(({ key }, at) => [key, Math.max(1_500, 9_500 - at * 3_000)])),
    };
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.faults.push(message.text());
    });
  }

  static async open(browser: Browser, options: BrowserContextOptions, chart: Chart, script: Script): Promise<Stage> {
    const context = await browser.newContext(options);
    const stage = new Stage(await context.newPage(), chart, script);
    await stage.page.route(`${origin}/**`, async (route) => {
      const { pathname } = new URL(route.request().url());
      const body = stage.#restOf(pathname);
      if (body !== null) return route.fulfill({ status: route.request().method() === 'POST' ? 201 : 200, json: body });
      const file = pathname === '/' ? '/index.html' : pathname;
      const contentType = contentTypes[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
      return route.fulfill({ body: await readFile(builtPage + file), contentType });
    });
    await stage.page.routeWebSocket('ws://stage.localhost/v1/live', (socket) => stage.#serve(socket));
    return stage;
  }

  async openEvent(): Promise<void> {
    await this.page.goto(`${origin}/?event=stage`);
    await this.page.locator('[data-testid=connection-state][data-state=live]').waitFor();
  }

  /** The next change of the event. */
  nextPosition(): Position {
    this.#seq += 1;
    return [1, this.#seq];
  }

  send(...frames: readonly DownFrame[]): void {
    for (const frame of frames) this.#socket?.send(Buffer.from(encodeMsgpack(frame)));
  }

  /** Seats change their states: seat, state, seat, state, … */
  delta(pairs: readonly number[]): void {
    const [epoch, seq] = this.nextPosition();
    this.send([downNumbers.delta, event.eventId, epoch, seq - 1, seq, pairs, []]);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  #restOf(path: string): object | null {
    switch (path) {
      case '/v1/events':
        return { events: [this.#event, { ...this.#event, eventId: 'other', name: 'Another evening' }] };
      case `/v1/events/${event.eventId}`:
        return this.#event;
      case `/v1/events/${event.eventId}/chart`:
        return this.chart;
      case '/v1/sessions':
        return { token: 'token', holderId: 'anna', expiresInMs: 3_600_000 };
      case '/v1/bookings':
        return { bookings: [] };
      default:
        return null;
    }
  }

  #serve(socket: WebSocketRoute): void {
    this.#socket = socket;
    socket.onMessage((message) => {
      if (typeof message === 'string') return;
      const frame = readUpMsgpack(message);
      switch (frame.kind) {
        case 'hello':
          return this.send([downNumbers.welcome, frame.reqId, welcome]);
        case 'subscribe':
          return this.#subscribed(frame.reqId);
        case 'myHolds':
          return this.send([downNumbers.accepted, frame.reqId, [1, this.#seq], { holds: [] }]);
        case 'ping':
          return this.send([downNumbers.pong, frame.reqId, 0]);
        case 'unsubscribe':
        case 'bad':
          return;
        default:
          return this.send(...this.#script(frame, this));
      }
    });
  }

  #subscribed(reqId: number): void {
    const { seatCount, eventId } = this.#event;
    const states = new Uint8Array(Math.ceil(seatCount / 4));
    // Seats 0, 7, 14, … are booked, seats 0, 11, … held: the map looks like one in the middle of a sale.
    for (let seat = 0; seat < seatCount; seat++) {
      const state = seat % 7 === 0 ? 2 : seat % 11 === 0 ? 1 : 0;
      states[seat >> 2] = (states[seat >> 2] ?? 0) | (state << ((seat & 3) * 2));
    }
    const areas = this.chart.areas.map(({ area, capacity }) => [area, capacity - 30, 10, 20, 0] as const);
    const position: Position = [1, this.#seq];
    this.send(
      [downNumbers.accepted, reqId, position, {}],
      [downNumbers.snapshot, eventId, position, seatCount, states, areas],
    );
  }
}

const event: EventDetails = {
  eventId: 'stage',
  name: 'An evening on the stage',
  startsAt: '2027-03-20T19:30:00.000Z',
  chartId: 'chart',
  chartVersion: 1,
  seatCount: 0,
  currency: 'EUR',
  prices: {},
  holdTtlMs: 600_000,
  limits: { seatsPerHold: 8, holdsPerHolder: 4, seatsPerHolder: 16, extensionsPerHold: 2 },
  confirmBy: 'holder',
  liveUrl: 'ws://stage.localhost/v1/live',
};
const welcome = {
  holderId: 'anna',
  nodeId: 'stage',
  serverTimeMs: 0,
  tokenExpiresInMs: 3_600_000,
  limits: { maxMessageBytes: 4096, messagesPerSecond: 20, subscriptions: 8 },
};
