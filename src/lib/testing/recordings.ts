import { readdirSync, readFileSync } from 'node:fs';

/**
 * Recordings of what earlier releases wrote, in the `golden` folder beside the file that makes them; the README in
 * journal/testing/golden says when to make one. In JSON, where bytes are `{"hex": "…"}`.
 */

/** The name of each recording in the folder that begins so, and what it says. */
export function recordingsIn<Content>(folder: URL, prefix: string): (readonly [name: string, content: Content])[] {
  const names = readdirSync(folder).filter((name) => name.startsWith(prefix) && name.endsWith('.json'));
  return names.toSorted().map((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    return [name, JSON.parse(text, (_, value: unknown) => (isHex(value) ? bytesOf(value.hex) : value)) as Content];
  });
}

/** The text of a recording. */
export function recordingText(content: unknown): string {
  return `${JSON.stringify(withHex(content), null, 1)}\n`;
}

/** What a recording says of this when it is read again. */
export function asRecorded<Content>(content: Content): Content {
  const read = (_: string, value: unknown): unknown => (isHex(value) ? bytesOf(value.hex) : value);
  return JSON.parse(recordingText(content), read) as Content;
}

function withHex(value: unknown): unknown {
  if (value instanceof Uint8Array) return { hex: Buffer.from(value).toString('hex') };
  if (Array.isArray(value)) return value.map(withHex);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withHex(field)]));
}

function isHex(value: unknown): value is { readonly hex: string } {
  return typeof value === 'object' && value !== null && 'hex' in value && typeof value.hex === 'string';
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}
