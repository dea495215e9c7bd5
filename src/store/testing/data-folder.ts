import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { systemClock } from '../../lib/clock.js';
import { must } from '../../lib/must.js';
import { systemTimers } from '../../lib/timers.js';
import type { Log } from '../../observability/log.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded/embedded-postgres.js';
import { dataFolderIn, homeOf } from '../embedded/home.js';
import { isPostmasterOf, readPostmasterFile } from '../embedded/postmaster.js';
import { type EmbeddedChild, startEmbeddedChild } from './embedded-child.js';
import { endEmbeddedPostgres } from './end-embedded.js';
import { quietLog } from './quiet-log.js';

/** A data folder for tests of the embedded Postgres, and everything that runs on it. */
export class DataFolder {
  /** Everybody may enter it. */
  readonly parent: string;
  /** Not made yet. */
  readonly path: string;
  private readonly servers: EmbeddedPostgres[] = [];
  private readonly children: EmbeddedChild[] = [];

  constructor(name = 'data') {
    this.parent = mkdtempSync(join(tmpdir(), 'usher-embedded-'));
    chmodSync(this.parent, 0o755);
    this.path = join(this.parent, name);
  }

  /** Postgres' own folder. */
  get postgres(): string {
    return dataFolderIn(existsSync(this.path) ? homeOf(this.path) : this.path);
  }

  async start(log: Log = quietLog, port = 0): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({
      dataDir: this.path,
      clock: systemClock,
      timers: systemTimers,
      log,
      port,
    });
    this.servers.push(server);
    return server;
  }

  /** In a process of its own. */
  async startChild(identity: { readonly uid?: number; readonly gid?: number } = {}): Promise<EmbeddedChild> {
    const child = await startEmbeddedChild(this.path, identity);
    this.children.push(child);
    return child;
  }

  postmasterPid(): number {
    return must(readPostmasterFile(this.postgres), 'postmaster.pid').pid;
  }

  isRunning(pid: number): boolean {
    return isPostmasterOf(this.postgres, pid);
  }

  async remove(): Promise<void> {
    for (const child of this.children) await child.kill('SIGKILL');
    for (const server of this.servers) await server.stop();
    await endEmbeddedPostgres(this.path);
    rmSync(this.parent, { recursive: true });
  }
}

export function urlOf(child: EmbeddedChild): string {
  assert.equal(child.report.kind, 'ready', JSON.stringify(child.report));
  return child.report.kind === 'ready' ? child.report.url : '';
}

export function refusalOf(child: EmbeddedChild): string {
  assert.equal(child.report.kind, 'refused', JSON.stringify(child.report));
  return child.report.kind === 'refused' ? child.report.message : '';
}

export async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Commits something that must still be there later. */
export async function keepAnswer(url: string): Promise<void> {
  await query(url, 'create table kept as select 42 as answer');
}

export async function assertAnswerKept(url: string): Promise<void> {
  assert.deepEqual(await query(url, 'select answer from kept'), [{ answer: 42 }]);
}

/** A log that tells when a line was written. */
export function listenFor(text: string): { log: Log; heard: Promise<void> } {
  const lines = new EventEmitter();
  return {
    log: { ...quietLog, info: (_, message) => lines.emit(message.includes(text) ? 'heard' : 'other') },
    heard: once(lines, 'heard').then(() => undefined),
  };
}
