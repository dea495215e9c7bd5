import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../lib/clock.js';
import type { Timers } from '../../lib/timers.js';
import { pauseAwake } from './pause-awake.js';

/** Nothing of ours may leak into Postgres: PGPORT, PGDATA, locales. */
export const childEnvironment: NodeJS.ProcessEnv = { PATH: process.env['PATH'], LC_ALL: 'C' };

const lookEveryMs = 10;

/** What a server writes into `postmaster.pid` of its data folder, line by line as it starts. */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number;
  /** Empty: not known yet, or none. */
  readonly socketFolder: string;
  /** Empty: not known yet, or none. */
  readonly listenAddress: string;
}

/** Source: Postgres, `src/include/utils/pidfile.h`. */
const lineOf = { pid: 0, port: 3, socketFolder: 4, listenAddress: 5 } as const;

export function readPostmasterFile(dataFolder: string): PostmasterFile | null {
  const path = join(dataFolder, 'postmaster.pid');
  const lines = readIfThere(path)?.split('\n') ?? [];
  const pid = Number(lines[lineOf.pid]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  return {
    pid,
    port: Number(lines[lineOf.port] ?? 0),
    socketFolder: lines[lineOf.socketFolder]?.trim() ?? '',
    listenAddress: lines[lineOf.listenAddress]?.trim() ?? '',
  };
}

/**
 * Whether the process is the server of this data folder. A number alone proves nothing: after a restart of the machine or
 * of a container it may belong to anybody.
 */
export function isPostmasterOf(dataFolder: string, pid: number): boolean {
  if (process.platform === 'linux') {
    const words = readIfThere(`/proc/${pid}/cmdline`)?.split('\0') ?? [];
    return words.some((word, index) => word === '-D' && words[index + 1] === dataFolder);
  }
  const { stdout } = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  return ` ${stdout} `.includes(` -D ${dataFolder} `);
}

/**
 * A server that was killed leaves files that name its process, and a new server gives up when that number belongs to a
 * living process of the same user. It takes its parent's number for stale, and that parent is this process. The files stay,
 * as the new server reads in them which shared memory the old one had, and waits for nobody but its last children.
 */
export function markStale(dataFolder: string, file: PostmasterFile): void {
  const paths = [join(dataFolder, 'postmaster.pid'), join(dataFolder, `.s.PGSQL.${file.port}.lock`)];
  for (const path of paths) {
    const text = readIfThere(path);
    if (text !== null) replacePid(path, text);
  }
}

/** In place: who is killed between the two steps of a truncating write leaves an empty file, and no server starts over that. */
function replacePid(path: string, text: string): void {
  const old = /^\s*\d+/.exec(text)?.[0] ?? '';
  const ours = String(process.pid);
  const bytes = ours.length <= old.length ? ours.padStart(old.length) : ours + text.slice(old.length);
  const file = openSync(path, 'r+');
  try {
    writeSync(file, bytes, 0);
  } finally {
    closeSync(file);
  }
}

/** A server writes its number a moment after it has made the file. */
const unfinishedPatienceMs = 1_000;

/** Takes a `postmaster.pid` without a number away: whoever was writing it has been killed. */
export async function removeUnfinishedFile(dataFolder: string, clock: Clock, timers: Timers): Promise<void> {
  const path = join(dataFolder, 'postmaster.pid');
  const giveUpAtMs = clock.monotonicMs() + unfinishedPatienceMs;
  while (readIfThere(path) !== null && readPostmasterFile(dataFolder) === null) {
    if (clock.monotonicMs() >= giveUpAtMs) {
      rmSync(path, { force: true });
      return;
    }
    await pauseAwake(timers, lookEveryMs);
  }
}

/** From polite to certain: roll back and write everything down; drop everything and recover at the next start; end. */
const endings = [
  ['SIGINT', 60_000],
  ['SIGQUIT', 10_000],
  ['SIGKILL', 10_000],
] as const;

/** Ends the server and waits until it is gone. */
export async function endPostmaster(dataFolder: string, pid: number, clock: Clock, timers: Timers): Promise<void> {
  for (const [signal, patienceMs] of endings) {
    if (!isPostmasterOf(dataFolder, pid)) return;
    send(pid, signal);
    const giveUpAtMs = clock.monotonicMs() + patienceMs;
    while (clock.monotonicMs() < giveUpAtMs) {
      if (!isPostmasterOf(dataFolder, pid)) return;
      await pauseAwake(timers, lookEveryMs);
    }
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** ESRCH: the process ended while we were at it. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH');
}
