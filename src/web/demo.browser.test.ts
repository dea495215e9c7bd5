import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { type Chart, connectUsher, readChart } from '../client/client.js';
import { must } from '../lib/must.js';
import { downNumbers } from '../protocol/down.js';
import { Hall } from './hall.js';
import type { Buyer } from './testing/buyer.js';
import { DemoSite } from './testing/demo-site.js';
import { assertAccessible, desk, phone, picture } from './testing/page-checks.js';

// Buying seats on the page, in a real browser against the whole server.

/** A section of the concert hall. */
const section = 'stalls-centre';

const site = new DemoSite();
/** Seats that earlier tests have used are left alone. */
let seatsUsed = 0;

before(() => site.start());
after(() => site.stop());

/** At the concert hall, with the list of the section open that the tests buy from. */
async function arrive(options: BrowserContextOptions, prepare?: (page: Page) => Promise<void>): Promise<Buyer> {
  const buyer = await site.visit('demo', options, prepare);
  await buyer.openList(section);
  return buyer;
}

function demoChart(): Promise<Chart> {
  return readChart(site.server.webUrl, 'demo');
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

test('[I14] two windows compete: one holds and confirms, the other sees it live', async () => {
  const [first = 0, second = 0, third = 0] = await freshSeats(3);
  const anna = await arrive(desk);
  const ben = await arrive(desk);

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
  await ben.isTold(/seat \d+ held for you/);
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
  const anna = await arrive(desk);
  let letThrough: (() => void)[] | null = null;
  const ben = await arrive(desk, async (page) => {
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

  const offer = ben.page.getByTestId('alternative').first();
  const offered = await offer.innerText();
  await offer.click();
  await ben.isTold('held for you');
  assert.equal(await ben.page.getByTestId('hold-seats').locator('li').count(), 2, offered);
  await ben.page.getByTestId('release-button').click();
  await ben.isTold('released');
  await anna.leave();
  await ben.leave();
});

test('a reload in the middle of a hold keeps it, its countdown goes on, and it can be extended and released', async () => {
  const seats = await freshSeats(2);
  const anna = await arrive(desk);
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
  const anna = await arrive(desk);
  const sibling = await anna.page.context().newPage();
  await sibling.goto(`${site.server.webUrl}?event=demo`);
  await anna.hold(...seats);
  await sibling.getByTestId('hold-card').waitFor();
  await sibling.getByTestId('release-button').click();
  await anna.isTold(/seats \d+ and \d+: Released/);
  await anna.page.getByTestId('hold-card').waitFor({ state: 'detached' });
  await anna.leave();
});

test('seats are picked on the canvas by pointer and by keyboard, and what happens is announced', async () => {
  const [seat = 0] = await freshSeats(1);
  const anna = await arrive(desk);
  const canvas = anna.page.getByTestId('hall-canvas');
  const hall = new Hall(await demoChart());
  const target = must(hall.seats[seat], 'the seat to click');
  const box = must(await canvas.boundingBox(), "the canvas' place");
  // All of the hall is seen, in the middle of the canvas.
  const scale = Math.min(box.width / hall.width, box.height / hall.height);
  const position = { x: target.x * scale + (box.width - hall.width * scale) / 2, y: target.y * scale };
  await canvas.hover({ position });
  await anna.page
    .getByTestId('tooltip')
    .filter({ hasText: /row A seat \d+, €95\.00, free/i })
    .waitFor();
  await canvas.click({ position });
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
  'on a phone of 390 pixels': phone,
})) {
  test(`the page is accessible ${name}`, async () => {
    const [held = 0, selected = 0] = await freshSeats(2);
    const anna = await arrive({ ...options, reducedMotion: 'reduce' });
    await anna.hold(held);
    await anna.select(selected);
    await assertAccessible(anna.page);
    await picture(anna.page, `page ${name}`.replaceAll(' ', '-'));
    await anna.page.getByTestId('release-button').click();
    await anna.isTold('released');
    await anna.leave();
  });
}

test('[I6] the server is killed and started again: the page resumes by itself, and nothing is lost', async () => {
  const [held = 0, booked = 0, later = 0] = await freshSeats(3);
  const anna = await arrive(desk);
  const ben = await arrive(desk);
  await anna.hold(booked);
  await anna.page.getByTestId('confirm-button').click();
  await anna.seat(booked, 'ownBooked').waitFor();
  await anna.hold(held);
  await ben.seat(held, 'held').waitFor();
  assert.deepEqual([...anna.faults, ...ben.faults], []);

  await site.server.kill('SIGKILL');
  await anna.page.locator('[data-testid=connection-state][data-state=reconnecting]').waitFor();
  await ben.select(later);
  await ben.page.getByTestId('hold-button').click();
  await site.startAgain();

  await ben.isTold(/seat \d+ held for you/);
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

const writesPictures = process.env['USHER_WRITE_PICTURES'] === '1';

test("the README's picture: a hall in the middle of a sale", { skip: !writesPictures }, async () => {
  await crowd(30);
  const anna = await arrive({ ...desk, deviceScaleFactor: 2 });
  const seats = await anna.page.evaluate<number[]>(
    `[...document.querySelectorAll('[data-testid=section-${section}] [data-mark=free]')]
      .slice(40, 44).map((button) => Number(button.dataset.testid.slice('seat-'.length)))`,
  );
  await anna.hold(...seats.slice(0, 2));
  await anna.select(...seats.slice(2));
  await anna.page.getByText('Choose seats from a list').click();
  await anna.page.evaluate('scrollTo(0, 0)');
  await picture(anna.page, 'demo', fileURLToPath(new URL('../../../docs/images', import.meta.url)));
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
      liveUrl: site.server.liveUrl,
      sessionsUrl: `${site.server.webUrl}v1/sessions`,
      webSocket: WebSocket,
    });
    for (let group = 0; group < 4; group++) {
      const held = await client.hold('demo', groupAt(below(hall.length), 2 + below(3))).catch(() => null);
      if (held !== null && below(10) < 7) await client.confirm('demo', held.holdId, `crowd ${guest}-${group}`);
    }
    client.close();
  }
  for (let seat = 20; seat < hall.length; seat += 150) {
    await fetch(`${site.server.adminUrl}v1/events/demo/block`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${site.server.adminToken}`,
        'content-type': 'application/json',
        'idempotency-key': `picture-${seat}`,
      },
      body: JSON.stringify({ seats: [seat], reason: 'no view of the stage' }),
    });
  }
}
