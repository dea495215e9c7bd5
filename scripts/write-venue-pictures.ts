import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { demoEvents } from '../src/api/demo/demo-events.js';
import { findChromium } from './chromium.js';
import { venuePicture } from './venue-picture.js';

// Writes a picture of each demo venue to docs/images: `npm run venue-pictures`.

const width = 1600;
const folder = fileURLToPath(new URL('../../docs/images', import.meta.url));

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: await findChromium(),
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
try {
  for (const { chartId, venue } of demoEvents) {
    const { svg, height } = venuePicture(venue(), width);
    const page = await browser.newPage({ viewport: { width, height } });
    await page.setContent(`<body style="margin:0">${svg}</body>`);
    const path = join(folder, `venue-${chartId.replace(/^demo-/, '')}.png`);
    await page.screenshot({ path });
    await page.close();
    console.log(path);
  }
} finally {
  await browser.close();
}
