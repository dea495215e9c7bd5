import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { must } from '../../lib/must.js';
import { type ServerProcess, startServer } from '../../lib/testing/server-process.js';
import { emptyTestDatabase, type TestDatabase } from '../../store/testing/postgres.js';
import { launchChromium } from './browser.js';
import { Buyer } from './buyer.js';

const withDemo = { USHER_DEMO: 'on' };

/** The whole server with its demo events, and a browser to visit it. */
export class DemoSite {
  #database: TestDatabase | null = null;
  #server: ServerProcess | null = null;
  #browser: Browser | null = null;

  get server(): ServerProcess {
    return must(this.#server, 'a started server');
  }

  get browser(): Browser {
    return must(this.#browser, 'a started browser');
  }

  async start(): Promise<void> {
    this.#database = await emptyTestDatabase();
    this.#server = await startServer({ databaseUrl: this.#database.url, env: withDemo });
    this.#browser = await launchChromium();
  }

  /** Again, after it was killed, with all that it had. */
  async startAgain(): Promise<void> {
    const { dataDir, ports, adminToken } = this.server;
    const { url: databaseUrl } = must(this.#database, 'a database');
    this.#server = await startServer({ databaseUrl, dataDir, ports, adminToken, env: withDemo });
  }

  /** Also what was started before a later start failed. */
  async stop(): Promise<void> {
    await this.#browser?.close();
    await this.#server?.kill('SIGTERM');
    await this.#database?.drop();
  }

  /** Somebody opens an event's page, as a holder of their own. */
  async visit(
    eventId: string,
    options: BrowserContextOptions,
    prepare?: (page: Page) => Promise<void>,
  ): Promise<Buyer> {
    const context = await this.browser.newContext(options);
    const buyer = new Buyer(await context.newPage());
    await prepare?.(buyer.page);
    await buyer.page.goto(`${this.server.webUrl}?event=${eventId}`);
    await buyer.isLive();
    return buyer;
  }
}
