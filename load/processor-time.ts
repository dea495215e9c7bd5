import { readdirSync, readFileSync } from 'node:fs';

/** Processor time of a server and of its Postgres, in milliseconds since they started. Linux only. */
export interface ServerTime {
  readonly serverMs: number;
  readonly postgresMs: number;
  /** By thread id of the server. */
  readonly threadsMs: ReadonlyMap<string, number>;
  /** How long their threads were ready to run and had no core: other programs', or each other's, doing. */
  readonly serverWaitedMs: number;
  readonly postgresWaitedMs: number;
}

/** USER_HZ, which Linux has fixed at 100 for all that it shows to programs. */
const msPerTick = 10;

interface ProcessStat {
  readonly id: number;
  readonly name: string;
  readonly parent: number;
  readonly ms: number;
}

/** Null where there is no such process, or no /proc. */
export function readServerTime(pid: number): ServerTime | null {
  const server = readStat(`/proc/${pid}`);
  if (server === null) return null;
  let postgresMs = 0;
  let postgresWaitedMs = 0;
  for (const { id, ms } of postgresProcesses(pid)) {
    postgresMs += ms;
    postgresWaitedMs += readWaitedMs(`/proc/${id}`);
  }
  let serverWaitedMs = 0;
  const threadsMs = new Map<string, number>();
  for (const thread of list(`/proc/${pid}/task`)) {
    const stat = readStat(`/proc/${pid}/task/${thread}`);
    if (stat !== null) threadsMs.set(thread, stat.ms);
    serverWaitedMs += readWaitedMs(`/proc/${pid}/task/${thread}`);
  }
  return { serverMs: server.ms, postgresMs, threadsMs, serverWaitedMs, postgresWaitedMs };
}

/** Process ids below `pid` in the tree. */
export function descendants(pid: number): number[] {
  const all = readAll();
  const found = new Set([pid]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const [id, { parent }] of all) if (found.has(parent)) found.add(id);
  }
  found.delete(pid);
  return [...found];
}

/** The server's own Postgres; where it has none (`DATABASE_URL`), every Postgres of the machine. */
function postgresProcesses(pid: number): ProcessStat[] {
  const everywhere = [...readAll().values()].filter(({ name }) => name === 'postgres');
  const below = new Set(descendants(pid));
  const own = everywhere.filter(({ id }) => below.has(id));
  return own.length > 0 ? own : everywhere;
}

function readAll(): Map<number, ProcessStat> {
  const all = new Map<number, ProcessStat>();
  for (const entry of list('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = readStat(`/proc/${entry}`);
    if (stat !== null) all.set(Number(entry), stat);
  }
  return all;
}

/** proc(5): `pid (name) state ppid … utime stime …`, where the name may itself have spaces and parentheses. */
function readStat(folder: string): ProcessStat | null {
  let text: string;
  try {
    text = readFileSync(`${folder}/stat`, 'latin1');
  } catch {
    return null; // it ended meanwhile
  }
  const nameEnd = text.lastIndexOf(')');
  const fields = text.slice(nameEnd + 2).split(' ');
  return {
    id: Number.parseInt(text, 10),
    name: text.slice(text.indexOf('(') + 1, nameEnd),
    parent: Number(fields[1]),
    ms: (Number(fields[11]) + Number(fields[12])) * msPerTick,
  };
}

/** The second number of schedstat: nanoseconds on a run queue. 0 where the kernel does not count them. */
function readWaitedMs(folder: string): number {
  try {
    return Number(readFileSync(`${folder}/schedstat`, 'latin1').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
