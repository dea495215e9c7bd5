import { copyFileSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';

const bytesMax = 8 * 1024 * 1024;

/**
 * Where the server's words go. The server writes through a descriptor that outlives this process, so the file is kept
 * small by copying it to `<path>.1` and emptying it, never by renaming it.
 */
export class LogFile {
  constructor(readonly path: string) {}

  /** A descriptor for appending; its opener closes it. */
  open(): number {
    return openSync(this.path, 'a', 0o600);
  }

  sizeBytes(): number {
    return statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
  }

  cutIfLarge(): void {
    if (this.sizeBytes() <= bytesMax) return;
    try {
      copyFileSync(this.path, `${this.path}.1`);
    } finally {
      // Even when the disk has no room for the copy: then above all.
      truncateSync(this.path);
    }
  }

  /** Why the server gave up: its last fatal line after `fromByte`, without time and process. */
  complaint(fromByte: number): string {
    const lines = readFileSync(this.path).subarray(fromByte).toString('utf8').trim().split('\n');
    const fatal = lines.findLast((line) => /\b(FATAL|PANIC):/.test(line)) ?? lines.at(-1) ?? '';
    return fatal.replace(/^.*?\b(FATAL|PANIC):\s*/, '');
  }
}
