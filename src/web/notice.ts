import { byId } from './dom.js';

/** What concerns the whole page, above everything. */
export function notice(text: string): void {
  const line = byId('notice', HTMLParagraphElement);
  line.hidden = false;
  line.textContent = text;
}

/** Says why there is nothing to see. */
export function noticeFailure(what: string, error: unknown): void {
  notice(`${what} ${error instanceof Error ? error.message : String(error)}`);
}
