import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { connectUsher } from '../client/client.js';
import { memorySessionStore } from '../client/platform.js';
import { systemClock } from '../lib/clock.js';
import { must } from '../lib/must.js';
import { systemRandom } from '../lib/random.js';
import { type ServerProcess, startServer } from '../lib/testing/server-process.js';
import { systemTimers } from '../lib/timers.js';
import { downNumbers } from '../protocol/down.js';
import { emptyTestDatabase, type TestDatabase } from '../store/testing/postgres.js';
import { type Chart, isChart } from './catalogue.js';
import { Hall } from './hall.js';

// The page in a real browser against the whole server. Buyers are browser contexts: each a holder of its own.

const desk: BrowserContextOptions = { viewport: { width: 1280, height: 860 }, locale: 'en-GB' };
const phone: BrowserContextOptions = { viewport: { width: 360, height: 740 }, locale: 'en-GB' };
const withDemo = { USHER_DEMO: 'on' };
/** A section of the demo hall. */
const section = 'stalls-centre';

let database: TestDatabase;
let server: ServerProcess;
let browser: Browser;
/** For all that was started, also where a later start failed. */
const cleanUps: (() => Promise<void>)[] = [];
/** Seats that earlier tests have used are left alone. */
let seatsUsed = 0;

before(async () => {
  database = await emptyTestDatabase();
  cleanUps.push(() => database.drop());
  server = await startServer({ databaseUrl: database.url, env: withDemo });
  cleanUps.push(() => server.kill('SIGTERM'));
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  cleanUps.push(() => browser.close());
});

after(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp();
});

/** Somebody before the page, and what went wrong there. */
class Buyer {
  readonly page: Page;
  readonly faults: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.faults.push(message.text());
    });
  }

  static async arrive(options: BrowserContextOptions, prepare?: (page: Page) => Promise<void>): Promise<Buyer> {
    const context = await browser.newContext(options);
    const buyer = new Buyer(await context.newPage());
    await prepare?.(buyer.page);
    await buyer.open();
    return buyer;
  }

  async open(): Promise<void> {
    await this.page.goto(`${server.webUrl}?event=demo`);
    await this.isLive();
    await this.page.getByText('Choose seats from a list').click();
    await this.page.getByTestId(`section-${section}`).locator('summary').click();
  }

  async isLive(): Promise<void> {
    await this.page.locator('[data-testid=connection-state]:is([data-state=live],[data-state=resumed])').waitFor();
  }

  async select(...seats: readonly number[]): Promise<void> {
    for (const seat of seats) {
      await this.seat(seat, 'free').click();
      await this.seat(seat, 'selected').waitFor();
    }
  }

  async hold(...seats: readonly number[]): Promise<void> {
    await this.select(...seats);
    await this.page.getByTestId('hold-button').click();
    for (const seat of seats) await this.seat(seat, 'ownHold').waitFor();
  }

  seat(seat: number, mark: string): Locator {
    return this.page.locator(`[data-testid="seat-${seat}"][data-mark="${mark}"]`);
  }

  /** Waits until the page says it. */
  async isTold(words: string | RegExp): Promise<void> {
    await this.page.getByTestId('outcome').filter({ hasText: words }).waitFor();
  }

  async leave(): Promise<void> {
    await this.page.context().close();
    assert.deepEqual(this.faults, [], 'errors, warnings and violations of the content security policy');
  }
}

async function demoChart(): Promise<Chart> {
  const response = await fetch(`${server.webUrl}v1/events/demo/chart`);
  const chart: unknown = await response.json();
  assert.ok(isChart(chart));
  return chart;
}

/** Seats of the section that no test has used yet. */
async function freshSeats(count: number): Promise<number[]> {
  const { sections } = await demoChart();
  const rows = must(
    sections.find(({ key }) => key === section),
    'the section of the demo hall',
  ).rows;
  const seats = rows.flatMap((row) => row.seats.map(({ index }) => index)).slice(seatsUsed, seatsUsed + count);
  seatsUsed += count;
  return seats;
}

/** Kept to be looked at. */
async function picture(page: Page, name: string, folder = join(tmpdir(), 'usher-pictures')): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, name) });
}

test('[I14] two windows compete: one holds and confirms, the other sees it live', async () => {
  const [first = 0, second = 0, third = 0] = await freshSeats(3);
  const anna = await Buyer.arrive(desk);
  const ben = await Buyer.arrive(desk);

  await ben.select(second, third);
  await anna.hold(first, second);
  await ben.seat(first, 'held').waitFor();
  await ben.seat(second, 'held').waitFor();
  await ben.isTold(/Row A seat \d+ was just taken by someone else — your other seats are still selected/i);
  await ben.seat(third, 'selected').waitFor();

  // It says that it cannot be selected, which Playwright would wait to change.
  await ben.seat(first, 'held').click({ force: true });
  await ben.isTold('held by someone else');
  await ben.page.getByTestId('hold-button').click();
  await ben.isTold('1 seat held for you');
  await anna.seat(third, 'held').waitFor();

  await anna.page.getByTestId('confirm-button').click();
  await anna.isTold(/booked\. Your order is WEB-[A-Z2-9]{8}/);
  for (const seat of [first, second]) {
    await anna.page.locator(`[data-testid="seat-${seat}"][data-mark="ownBooked"]`).waitFor({ state: 'attached' });
    await ben.seat(seat, 'booked').waitFor();
  }
  await anna.page.getByTestId('own-booking').waitFor();
  await anna.leave();
  await ben.leave();
});

test('a map that lags behind does not sell: the refusal names the seat and keeps the others selected', async () => {
  const [wanted = 0, other = 0] = await freshSeats(2);
  const anna = await Buyer.arrive(desk);
  let letThrough: (() => void)[] | null = null;
  const ben = await Buyer.arrive(desk, async (page) => {
    await page.routeWebSocket(/\/v1\/live/, (route) => {
      const upstream = route.connectToServer();
      upstream.onMessage((message) => {
        // One MessagePack array of 7: its first byte is the array's, its second the frame's number.
        const isDelta = typeof message !== 'string' && message[1] === downNumbers.delta;
        if (isDelta && letThrough !== null) letThrough.push(() => route.send(message));
        else route.send(message);
      });
    });
  });
  letThrough = [];
  await anna.hold(wanted);
  await ben.select(wanted, other);
  await ben.page.getByTestId('hold-button').click();
  await ben.isTold(/was just taken by someone else — your other seats are still selected/);
  await ben.seat(other, 'selected').waitFor();
  assert.equal(await ben.page.getByTestId('hold-card').count(), 0);
  for (const go of letThrough.splice(0)) go();
  await ben.seat(wanted, 'held').waitFor();
  await anna.leave();
  await ben.leave();
});

test('a reload in the middle of a hold keeps it, its countdown goes on, and it can be extended and released', async () => {
  const seats = await freshSeats(2);
  const anna = await Buyer.arrive(desk);
  await anna.hold(...seats);
  await anna.page.reload();
  await anna.isLive();
  const card = anna.page.getByTestId('hold-card');
  await card.waitFor();
  assert.match(await card.getByTestId('hold-countdown').innerText(), /^(10:00|9:\d\d)$/);
  assert.equal(await card.getByTestId('hold-seats').locator('li').count(), 2);
  await card.getByTestId('extend-button').click();
  await anna.isTold('You have 10 minutes again');
  await card.getByTestId('release-button').click();
  await anna.isTold('released');
  await card.waitFor({ state: 'detached' });
  await anna.leave();
});

test('two windows of one holder show the same holds', async () => {
  const seats = await freshSeats(2);
  const anna = await Buyer.arrive(desk);
  const sibling = await anna.page.context().newPage();
  await sibling.goto(`${server.webUrl}?event=demo`);
  await anna.hold(...seats);
  await sibling.getByTestId('hold-card').waitFor();
  await sibling.getByTestId('release-button').click();
  await anna.isTold('The seats were released');
  await anna.page.getByTestId('hold-card').waitFor({ state: 'detached' });
  await anna.leave();
});

test('seats are picked on the canvas by pointer and by keyboard, and what happens is announced', async () => {
  const [seat = 0] = await freshSeats(1);
  const anna = await Buyer.arrive(desk);
  const canvas = anna.page.getByTestId('hall-canvas');
  const hall = new Hall(await demoChart());
  const target = must(hall.seats[seat], 'the seat to click');
  const box = must(await canvas.boundingBox(), "the canvas' place");
  const scale = box.width / hall.width;
  await canvas.hover({ position: { x: target.x * scale, y: target.y * scale } });
  await anna.page
    .getByTestId('tooltip')
    .filter({ hasText: /row A seat \d+, €95\.00, free/i })
    .waitFor();
  await canvas.click({ position: { x: target.x * scale, y: target.y * scale } });
  await anna.seat(seat, 'selected').waitFor();
  assert.equal(await anna.page.getByTestId('selected-total').innerText(), '€95.00');
  await canvas.press('Enter');
  await anna.page.getByTestId('announcer').filter({ hasText: 'is not selected any more' }).waitFor();
  await anna.seat(seat, 'free').waitFor();

  const announcer = anna.page.getByTestId('announcer');
  await canvas.press('ArrowDown');
  await announcer.filter({ hasText: /row B seat \d+, €95\.00, free/i }).waitFor();
  await canvas.press('Enter');
  await announcer.filter({ hasText: /row B seat \d+ selected\. €95\.00 together/i }).waitFor();
  await anna.page.getByTestId('clear-button').click();
  await anna.leave();
});

for (const [name, options] of Object.entries({
  'in a wide window': desk,
  'in a wide dark window': { ...desk, colorScheme: 'dark' as const },
  'on a phone of 360 pixels': phone,
})) {
  test(`the page is accessible ${name}`, async () => {
    const [held = 0, selected = 0] = await freshSeats(2);
    const anna = await Buyer.arrive({ ...options, reducedMotion: 'reduce' });
    await anna.hold(held);
    await anna.select(selected);
    await anna.page.evaluate(axe.source);
    const { violations } = await anna.page.evaluate<axe.AxeResults>('axe.run()');
    assert.deepEqual(
      violations.map(({ id, impact, nodes }) => ({ id, impact, targets: nodes.map(({ target }) => target) })),
      [],
    );
    assert.ok(
      await anna.page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth'),
      'no sideways scroll',
    );
    const small = await anna.page.evaluate<string[]>(
      `[...document.querySelectorAll('button')].filter((button) => button.checkVisibility())
        .filter((button) => button.offsetWidth < 44 || button.offsetHeight < 44).map((button) => button.outerHTML)`,
    );
    assert.deepEqual(small, [], 'buttons too small for a thumb');
    await picture(anna.page, `page ${name}.png`.replaceAll(' ', '-'));
    await anna.page.getByTestId('release-button').click();
    await anna.isTold('released');
    await anna.leave();
  });
}

test('[I6] the server is killed and started again: the page resumes by itself, and nothing is lost', async () => {
  const [held = 0, booked = 0, later = 0] = await freshSeats(3);
  const anna = await Buyer.arrive(desk);
  const ben = await Buyer.arrive(desk);
  await anna.hold(booked);
  await anna.page.getByTestId('confirm-button').click();
  await anna.seat(booked, 'ownBooked').waitFor();
  await anna.hold(held);
  await ben.seat(held, 'held').waitFor();
  assert.deepEqual([...anna.faults, ...ben.faults], []);

  await server.kill('SIGKILL');
  await anna.page.locator('[data-testid=connection-state][data-state=reconnecting]').waitFor();
  await ben.select(later);
  await ben.page.getByTestId('hold-button').click();
  const { dataDir, ports, adminToken } = server;
  server = await startServer({ databaseUrl: database.url, dataDir, ports, adminToken, env: withDemo });

  await ben.isTold('1 seat held for you');
  await anna.seat(later, 'held').waitFor();
  await anna.isLive();
  await anna.seat(held, 'ownHold').waitFor();
  await anna.seat(booked, 'ownBooked').waitFor();
  await anna.page.getByTestId('confirm-button').click();
  await ben.seat(held, 'booked').waitFor();

  for (const buyer of [anna, ben]) {
    const unexpected = buyer.faults.splice(0).filter((fault) => !/WebSocket connection to .* failed/.test(fault));
    assert.deepEqual(unexpected, []);
    await buyer.leave();
  }
});

test('an event that does not exist is said to be none', async () => {
  const context = await browser.newContext(desk);
  const page = await context.newPage();
  await page.goto(`${server.webUrl}?event=nowhere`);
  await page.getByTestId('notice').filter({ hasText: 'There is no such event' }).waitFor();
  await context.close();
});

const writesPictures = process.env['USHER_WRITE_PICTURES'] === '1';

test("the README's picture: a hall in the middle of a sale", { skip: !writesPictures }, async () => {
  await crowd(30);
  const anna = await Buyer.arrive({ ...desk, deviceScaleFactor: 2 });
  const seats = await anna.page.evaluate<number[]>(
    `[...document.querySelectorAll('[data-testid=section-${section}] [data-mark=free]')]
      .slice(40, 44).map((button) => Number(button.dataset.testid.slice('seat-'.length)))`,
  );
  await anna.hold(...seats.slice(0, 2));
  await anna.select(...seats.slice(2));
  await anna.page.getByText('Choose seats from a list').click();
  await anna.page.evaluate('scrollTo(0, 0)');
  await picture(anna.page, 'demo.png', fileURLToPath(new URL('../../../docs/images', import.meta.url)));
  await anna.leave();
});

/** Guests who hold and book small groups of seats all over the hall, and an operator who blocks some. */
async function crowd(guests: number): Promise<void> {
  let drawn = 7;
  const below = (bound: number): number => {
    drawn = (drawn * 16_807) % 2_147_483_647;
    return drawn % bound;
  };
  const { seats: hall } = new Hall(await demoChart());
  const groupAt = (first: number, size: number) => Array.from({ length: size }, (_, at) => (first + at) % hall.length);
  for (let guest = 0; guest < guests; guest++) {
    const client = connectUsher({
      liveUrl: server.liveUrl,
      sessionsUrl: `${server.webUrl}v1/sessions`,
      platform: {
        webSocket: WebSocket,
        fetch,
        sessionStore: memorySessionStore(),
        clock: systemClock,
        timers: systemTimers,
        random: systemRandom,
      },
    });
    for (let group = 0; group < 4; group++) {
      const held = await client.hold('demo', groupAt(below(hall.length), 2 + below(3))).catch(() => null);
      if (held !== null && below(10) < 7) await client.confirm('demo', held.holdId, `crowd ${guest}-${group}`);
    }
    client.close();
  }
  for (let seat = 20; seat < hall.length; seat += 150) {
    await fetch(`${server.adminUrl}v1/events/demo/block`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${server.adminToken}`,
        'content-type': 'application/json',
        'idempotency-key': `picture-${seat}`,
      },
      body: JSON.stringify({ seats: [seat], reason: 'no view of the stage' }),
    });
  }
}
