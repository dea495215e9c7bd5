/** Without letters and digits that look alike: people read it out at the door. 32 of them, so that every byte is fair. */
const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const length = 8;

/** What the page calls a sale: `WEB-7KQ2MZ8A`. */
export function newOrderRef(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return `WEB-${Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join('')}`;
}
