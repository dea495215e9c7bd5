import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';

/** Somebody before the page, and what went wrong there. */
export class Buyer {
  readonly page: Page;
  readonly faults: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.faults.push(message.text());
    });
  }

  /** The list of seats, and in it a section. */
  async openList(section: string): Promise<void> {
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
