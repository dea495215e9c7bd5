import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Buyer } from './testing/buyer.js';
import { DemoSite } from './testing/demo-site.js';
import { desk, phone, picture } from './testing/page-checks.js';

// The list of events, the best seats and standing places of the demo venues, in a real browser against the whole server.

const site = new DemoSite();
before(() => site.start());
after(() => site.stop());

test('the events are listed, and each opens', async () => {
  const context = await site.browser.newContext(desk);
  const page = await context.newPage();
  for (const eventId of ['demo', 'demo-round', 'demo-arena', 'demo-stadium']) {
    await page.goto(site.server.webUrl);
    await page.getByTestId(`event-${eventId}`).click();
    await page.locator('[data-testid=connection-state][data-state=live]').waitFor();
    await picture(page, eventId);
  }
  await context.close();
});

test('the best seats are held with one click, in a stadium too', async () => {
  for (const eventId of ['demo', 'demo-stadium']) {
    const anna = await site.visit(eventId, desk);
    await anna.page.getByTestId('best-quantity-more').click();
    await anna.page.getByTestId('best-button').click();
    await anna.isTold(/ seats \d+, \d+ and \d+ held for you/);
    assert.equal(await anna.page.getByTestId('hold-seats').locator('li').count(), 3);
    await anna.page.getByTestId('hold-seats').getByRole('button').first().click();
    await anna.isTold('released');
    assert.equal(await anna.page.getByTestId('hold-seats').locator('li').count(), 2);
    await anna.page.getByTestId('release-button').click();
    await anna.isTold('released');
    await anna.leave();
  }
});

test('standing places are held, partly given back and booked, and others see how many are left', async () => {
  const anna = await site.visit('demo-arena', phone);
  const ben = await site.visit('demo-arena', desk);
  const places = async ({ page }: Buyer) =>
    Number((await page.getByTestId('area-counts').innerText()).match(/([\d,]+) free/)?.[1]?.replaceAll(',', ''));
  await anna.page.getByTestId('area-button').and(anna.page.locator(':enabled')).waitFor();
  await ben.page.getByTestId('area-button').and(ben.page.locator(':enabled')).waitFor();
  const free = await places(ben);
  const seen = (left: number) =>
    ben.page
      .getByTestId('area-counts')
      .filter({ hasText: `${left.toLocaleString('en')} free` })
      .waitFor();

  await anna.page.getByTestId('area-quantity-more').click();
  await anna.page.getByTestId('area-button').click();
  await anna.isTold(/^3 places in .* held for you/);
  await seen(free - 3);
  await anna.page.getByTestId('give-back-button').click();
  await anna.isTold(/^1 place in .* released/);
  await seen(free - 2);
  await anna.page.getByTestId('confirm-button').click();
  await anna.isTold(/^2 places in .* booked\. Your order is WEB-/);
  await anna.page.getByTestId('own-booking').filter({ hasText: '2 places in' }).waitFor();
  assert.equal(await places(ben), free - 2);
  await anna.page.reload();
  await anna.page.getByTestId('own-booking').filter({ hasText: '2 places in' }).waitFor();
  await anna.leave();
  await ben.leave();
});

test('an event that does not exist is said to be none', async () => {
  const context = await site.browser.newContext(desk);
  const page = await context.newPage();
  await page.goto(`${site.server.webUrl}?event=nowhere`);
  await page.getByTestId('notice').filter({ hasText: 'There is no such event' }).waitFor();
  await context.close();
});
