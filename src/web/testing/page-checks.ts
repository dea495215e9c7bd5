import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';

export const desk: BrowserContextOptions = { viewport: { width: 1280, height: 860 }, locale: 'en-GB' };
export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  locale: 'en-GB',
  hasTouch: true,
  deviceScaleFactor: 2,
};

/** Kept to be looked at. */
export async function picture(page: Page, name: string, folder = join(tmpdir(), 'usher-pictures')): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** By the rules of axe, without a sideways scroll, and with nothing too small for a thumb. */
export async function assertAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
  assert.deepEqual(
    violations.map(({ id, impact, nodes }) => ({ id, impact, targets: nodes.map(({ target }) => target) })),
    [],
  );
  assert.ok(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth'), 'no sideways scroll');
  const small = await page.evaluate<string[]>(
    `[...document.querySelectorAll('button, select, input[type=number]')].filter((found) => found.checkVisibility())
      .filter((found) => found.offsetWidth < 44 || found.offsetHeight < 44).map((found) => found.outerHTML)`,
  );
  assert.deepEqual(small, [], 'too small for a thumb');
}
