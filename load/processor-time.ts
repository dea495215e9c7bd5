import { readdirSync, readFileSync } from 'node:fs';

/** Processor time of a server and of its Postgres, in milliseconds since they started. Linux only. */
export interface ServerTime {
  readonly serverMs: number;
  readonly postgresMs: number;
  /** By thread id of the server. */
  readonly threadsMs: ReadonlyMap<string, number>;
}

/** USER_HZ, which Linux has fixed at 100 for all that it shows to programs. */
const msPerTick = 10;

interface ProcessStat {
  readonly name: string;
  readonly parent: number;
  readonly ms: number;
}

/** Null where there is no such process, or no /proc. */
export function readServerTime(pid: number): ServerTime | null {
  const server = readStat(`/proc/${pid}`);
  if (server === null) return null;
  let postgresMs = 0;
  for (const stat of postgresProcesses(pid)) postgresMs += stat.ms;
  const threadsMs = new Map<string, number>();
  for (const thread of list(`/proc/${pid}/task`)) {
    const stat = readStat(`/proc/${pid}/task/${thread}`);
    if (stat !== null) threadsMs.set(thread, stat.ms);
  }
  return { serverMs: server.ms, postgresMs, threadsMs };
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
  const all = readAll();
  const everywhere = [...all].filter(([, { name }]) => name === 'postgres');
  const below = new Set(descendants(pid));
  const own = everywhere.filter(([id]) => below.has(id));
  return (own.length > 0 ? own : everywhere).map(([, stat]) => stat);
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
    name: text.slice(text.indexOf('(') + 1, nameEnd),
    parent: Number(fields[1]),
    ms: (Number(fields[11]) + Number(fields[12])) * msPerTick,
  };
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
