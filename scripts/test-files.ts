/**
 * Which tests there are, and what each of them needs. All of them run with `npm test`; what takes longer is a program of its own: the
 * full proof of the cluster is test-cluster.ts.
 */

export interface TestGroup {
  readonly name: string;
  /** Files that run at the same time. */
  readonly concurrency: number;
  readonly needsPostgres: boolean;
  readonly needsRedis: boolean;
  readonly needsChromium: boolean;
}

/** In the order in which they run: what fails fast comes first, and what measures has the machine to itself. */
export const groupNames = ['pure', 'redis', 'pg', 'e2e', 'browser'] as const;

export type GroupName = (typeof groupNames)[number];

export const testGroups: Readonly<Record<GroupName, TestGroup>> = {
  pure: { name: 'Pure', concurrency: 2, needsPostgres: false, needsRedis: false, needsChromium: false },
  redis: { name: 'With Redis', concurrency: 2, needsPostgres: false, needsRedis: true, needsChromium: false },
  pg: { name: 'With Postgres', concurrency: 2, needsPostgres: true, needsRedis: false, needsChromium: false },
  e2e: { name: 'Whole servers', concurrency: 1, needsPostgres: true, needsRedis: true, needsChromium: false },
  browser: { name: 'In Chromium', concurrency: 1, needsPostgres: true, needsRedis: false, needsChromium: true },
};

/** By the file's suffix: `.redis.test`, `.pg.test`, `.e2e.test`, `.browser.test`; any other is pure. */
export function groupOf(path: string): GroupName {
  const suffix = /\.([a-z0-9]+)\.test\.[jt]s$/.exec(path)?.[1];
  return groupNames.find((name) => name === suffix) ?? 'pure';
}

/** `src/lib/fifo.test.ts` → `dist/src/lib/fifo.test.js` */
export function builtFile(source: string): string {
  return `dist/${source.replace(/\.ts$/, '.js')}`;
}

/** `./dist/src/lib/fifo.test.js` or its source, as people write it → `src/lib/fifo.test.ts` */
export function sourceFile(given: string): string {
  return given.replace(/^(\.\/)?(dist\/)?/, '').replace(/\.js$/, '.ts');
}
