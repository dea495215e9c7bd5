import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { must } from '../lib/must.js';
import { type DownFrame, downNumbers } from '../protocol/down.js';
import type { EventFrame } from '../protocol/up.js';
import { Hall } from './hall.js';
import { launchChromium } from './testing/browser.js';
import { largeChart } from './testing/large-chart.js';
import { assertAccessible, desk as anyDesk, phone as anyPhone, picture } from './testing/page-checks.js';
import { type Script, Stage } from './testing/stage.js';

// The page before a scripted server, with a stadium of some 46,000 seats and a standing area: the refusals and offers that a
// real server makes only by chance, and how much is painted. Buying from a real server is tested in demo.browser.test.ts.

const still = { reducedMotion: 'reduce' } as const;
const desk: BrowserContextOptions = { ...anyDesk, ...still };
const phone: BrowserContextOptions = { ...anyPhone, ...still };
const chart = largeChart();
const hall = new Hall(chart);
/** Counts what is painted: every seat costs a patch or a stamp. */
const countPainting = `window.painted = 0;
  for (const name of ['fillRect', 'drawImage']) {
    const original = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...given) { painted += 1; return original.apply(this, given); };
  }`;

let browser: Browser;

before(async () => {
  browser = await launchChromium();
});
after(() => browser.close());

async function open(options: BrowserContextOptions, script: Script = () => []): Promise<Stage> {
  const stage = await Stage.open(browser, options, chart, script);
  await stage.page.addInitScript(countPainting);
  await stage.openEvent();
  return stage;
}

async function leave(stage: Stage): Promise<void> {
  await stage.close();
  assert.deepEqual(stage.faults, [], 'errors and warnings');
}

/** Until what is asked for before the next frames is painted. */
async function painted(page: Page): Promise<number> {
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  return page.evaluate<number>('window.painted');
}

/** Until two frames in a row paint no seat: all tiles are there. */
async function calm(page: Page): Promise<number> {
  let earlier = -1;
  let now = await painted(page);
  while (now - earlier > 500) {
    earlier = now;
    now = await painted(page);
  }
  return now;
}

async function openSection(page: Page, key: string): Promise<void> {
  await page.getByText('Choose seats from a list').click();
  await page.getByTestId(`section-${key}`).locator('summary').click();
}

function seat(page: Page, index: number, mark: string): Locator {
  return page.locator(`[data-testid="seat-${index}"][data-mark="${mark}"]`);
}

async function isTold(page: Page, words: string | RegExp): Promise<void> {
  await page.getByTestId('outcome').filter({ hasText: words }).waitFor();
}

type HoldFrame = Extract<EventFrame, { kind: 'hold' | 'holdBest' | 'holdArea' }>;

function held(
  stage: Stage,
  frame: HoldFrame,
  places: { seats: readonly number[]; area?: string; quantity?: number },
): DownFrame {
  const body = { holdId: `hold-${frame.reqId}`, ...places, expiresInMs: 600_000, totalMinor: 0, currency: 'EUR' };
  return [downNumbers.accepted, frame.reqId, stage.nextPosition(), body];
}

test('the start page lists the events, and each leads to its own', async () => {
  for (const [name, options] of Object.entries({ desk, phone })) {
    const stage = await open(options);
    await stage.page.getByTestId('all-events').click();
    const cards = stage.page.getByTestId('event-card');
    await cards.nth(1).waitFor();
    assert.match(
      await cards.first().innerText(),
      /An evening on the stage\n.*20 March 2027.*\n.*€35\.00\n.*46,470 seats/s,
    );
    await assertAccessible(stage.page);
    await picture(stage.page, `start-${name}`);
    await stage.page.getByTestId('event-stage').click();
    await stage.page.locator('[data-testid=connection-state][data-state=live]').waitFor();
    await leave(stage);
  }
});

test('a stadium is painted once: changes and scrolling repaint only what they touch', async () => {
  const stage = await open(desk);
  const { page } = stage;
  const opened = await calm(page);
  assert.ok(opened >= hall.seats.length, 'every seat was painted');

  const changed = [1, 2, 3, 20_000, 40_000];
  await openSection(page, 'lower-1');
  const paintedBefore = await calm(page);
  stage.delta(changed.flatMap((index) => [index, 2]));
  await seat(page, 1, 'booked').waitFor();
  const paintedAfter = await calm(page);
  assert.ok(paintedAfter - paintedBefore > changed.length, 'they were painted');
  assert.ok(
    paintedAfter - paintedBefore < 2_000,
    `painted ${paintedAfter - paintedBefore} for ${changed.length} seats`,
  );

  const canvas = page.getByTestId('hall-canvas');
  for (let step = 0; step < 4; step++) await page.getByTestId('zoom-in').click();
  const zoomed = await calm(page);
  const box = must(await canvas.boundingBox(), "the canvas' place");
  await page.mouse.move(box.x + 400, box.y + 300);
  await page.mouse.down();
  await page.mouse.move(box.x + 385, box.y + 290, { steps: 5 });
  await page.mouse.up();
  const dragged = await calm(page);
  assert.ok(dragged - zoomed < hall.seats.length / 4, `painted ${dragged - zoomed} for a short drag`);
  assert.equal(await page.locator('#selected-seats li').count(), 0, 'a drag selects nothing');
  await leave(stage);
});

test('a click on seats too small to tell apart zooms in, then selects one', async () => {
  const stage = await open(desk);
  const { page } = stage;
  const canvas = page.getByTestId('hall-canvas');
  const box = must(await canvas.boundingBox(), "the canvas' place");
  const scale = box.height / hall.height;
  const offset = (box.width - hall.width * scale) / 2;
  const target = must(hall.seats[30_001], 'a seat');
  await canvas.click({ position: { x: target.x * scale + offset, y: target.y * scale } });
  await page.locator('[data-testid=zoom-out]:enabled').waitFor();
  assert.equal(await page.locator('#selected-seats li').count(), 0);
  // It is in the middle now, as far as the hall's edge allows; once more brings it as close as single seats.
  await page.getByTestId('zoom-in').click();
  await page.getByTestId('zoom-in').click();
  await canvas.click({ position: { x: box.width / 2, y: box.height / 2 } });
  await page.locator('#selected-seats li').waitFor();
  await leave(stage);
});

for (const [name, options] of Object.entries({ desk, phone, dark: { ...desk, colorScheme: 'dark' as const } })) {
  test(`[409 seat_taken] a refusal names what went, and its alternatives are held with one click: ${name}`, async () => {
    const wanted = [1, 2];
    const alternatives = [
      [3, 4],
      [15, 16],
    ];
    const asked: (readonly number[])[] = [];
    const stage = await open(options, (frame, server) => {
      if (frame.kind !== 'hold') return [];
      asked.push(frame.seats);
      if (asked.length > 1) return [held(server, frame, { seats: frame.seats })];
      return [[downNumbers.rejected, frame.reqId, '409 seat_taken', 'taken', { seats: [2], alternatives }]];
    });
    const { page } = stage;
    await openSection(page, 'lower-1');
    for (const index of wanted) await seat(page, index, 'free').click();
    await page.getByTestId('hold-button').click();
    await isTold(page, /Lower 1 row 1 seat 3 was just taken by someone else — your other seats are still selected/);
    const offers = page.getByTestId('alternative');
    assert.deepEqual(await offers.allInnerTexts(), [
      'Lower 1 row 1 seats 4 and 5\n€190.00',
      'Lower 1 row 2 seats 7 and 8\n€190.00',
    ]);
    await assertAccessible(page);
    await picture(page, `alternatives-${name}`);

    // What goes meanwhile is not offered any more.
    stage.delta([3, 1]);
    await offers.nth(1).waitFor({ state: 'detached' });
    await offers.first().click();
    await isTold(page, 'Lower 1 row 2 seats 7 and 8 held for you');
    assert.deepEqual(asked, [wanted, [15, 16]]);
    await page.getByTestId('alternatives').waitFor({ state: 'hidden' });
    assert.equal(await page.locator('#selected-seats li').count(), 0, 'instead of what was selected');
    await leave(stage);
  });
}

test('best available is asked for as it was wished for, and a refusal says what to try', async () => {
  const wishes: EventFrame[] = [];
  const stage = await open(desk, (frame, server) => {
    if (frame.kind !== 'holdBest') return [];
    wishes.push(frame);
    if (wishes.length > 1) return [held(server, frame, { seats: [2, 3, 4] })];
    return [[downNumbers.rejected, frame.reqId, '409 not_available', 'none', { alternatives: [[2, 3, 4]] }]];
  });
  const { page } = stage;
  await page.getByTestId('best-quantity-more').click();
  await page.getByTestId('best-category').selectOption('near');
  await page.getByText('More wishes').click();
  await page.getByTestId('best-place').selectOption('lower-1');
  await page.getByTestId('best-wheelchairs-more').click();
  await page.getByTestId('best-together').uncheck();
  await page.getByTestId('best-button').click();
  await isTold(page, 'There are no such seats left');
  await page.getByTestId('alternative').waitFor();
  await page.getByTestId('best-together').check();
  await page.getByTestId('best-wheelchairs').fill('99');
  await page.getByTestId('best-button').click();
  await isTold(page, 'Lower 1 row 1 seats 3, 4 and 5 held for you');
  const common = { kind: 'holdBest', eventId: 'stage', quantity: 3, categories: ['near'], sections: ['lower-1'] };
  const [first, second, ...more] = wishes;
  assert.deepEqual(first, { ...first, ...common, together: false, accessible: 1 });
  assert.deepEqual(second, { ...second, ...common, together: true, accessible: 3 });
  assert.deepEqual(more, []);
  await assertAccessible(page);
  await picture(page, 'best');
  await leave(stage);
});

test('places of a standing area are chosen on the map or the list, held, and some of them given back', async () => {
  let quantity = 0;
  const stage = await open(phone, (frame, server) => {
    const { reqId } = frame;
    if (frame.kind === 'holdArea') {
      quantity = frame.quantity;
      return [held(server, frame, { seats: [], area: frame.area, quantity })];
    }
    if (frame.kind !== 'release') return [];
    const back = frame.quantity ?? quantity;
    quantity -= back;
    const body = {
      holdId: frame.holdId,
      seats: [],
      remaining: [],
      area: 'field',
      quantity: back,
      remainingQuantity: quantity,
    };
    return [[downNumbers.accepted, reqId, server.nextPosition(), body]];
  });
  const { page } = stage;
  const canvas = page.getByTestId('hall-canvas');
  const box = must(await canvas.boundingBox(), "the canvas' place");
  await canvas.tap({ position: { x: box.width / 2, y: box.height / 2 } });
  assert.equal(await page.evaluate('document.activeElement.dataset.testid'), 'area-quantity-more');
  await page.getByTestId('area-counts').filter({ hasText: '€35.00 each · 7,970 free of 8,000' }).waitFor();
  await page.getByTestId('area-quantity-more').click();
  assert.equal(await page.getByTestId('area-total').innerText(), '€105.00');
  await page.getByText('Hold 3 places').click();
  await isTold(page, '3 places in Field held for you');
  await page.getByTestId('area-counts').filter({ hasText: '7,967 free' }).waitFor();

  const card = page.getByTestId('hold-card');
  await card.getByText('3 places in Field').waitFor();
  await card.getByTestId('give-back-quantity-more').click();
  await assertAccessible(page);
  await picture(page, 'area-hold');
  await card.getByText('Give back 2 places').click();
  await isTold(page, '2 places in Field released');
  await card.getByText('1 place in Field').waitFor();
  assert.equal(await card.getByTestId('give-back-button').isVisible(), false);
  await page.getByText('Choose seats from a list').click();
  await page
    .getByTestId('area-field')
    .filter({ hasText: 'Field, standing, €35.00, 7,969 of 8,000 free, 1 held for you' })
    .click();
  assert.equal(await page.evaluate('document.activeElement.dataset.testid'), 'area-quantity-more');
  await card.getByTestId('release-button').click();
  await card.waitFor({ state: 'detached' });
  await leave(stage);
});

test('one seat of several is given back', async () => {
  const stage = await open(desk, (frame, server) => {
    if (frame.kind === 'holdBest') return [held(server, frame, { seats: [3, 4] })];
    if (frame.kind !== 'release') return [];
    assert.deepEqual(frame.seats, [4]);
    return [
      [downNumbers.accepted, frame.reqId, server.nextPosition(), { holdId: frame.holdId, seats: [4], remaining: [3] }],
    ];
  });
  const { page } = stage;
  await page.getByTestId('best-button').click();
  await page.getByTestId('give-back-4').click();
  await isTold(page, 'Lower 1 row 1 seat 5 released');
  assert.equal(await page.getByTestId('hold-seats').locator('li').count(), 1);
  assert.ok(await page.evaluate("document.activeElement.matches('[data-testid=hold-card]')"), 'the focus stays near');
  await picture(page, 'stadium');
  await leave(stage);
});
