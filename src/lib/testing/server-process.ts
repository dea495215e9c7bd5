import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemRandom } from '../random.js';
import { systemTimers } from '../timers.js';

export interface Ports {
  readonly web: number;
  readonly live: number;
  readonly admin: number;
}

export interface ServerOptions {
  /** Default: the embedded Postgres in the data folder. */
  readonly databaseUrl?: string;
  /** Default: a new folder below the system's temporary one. To start a server again, pass what the first one had. */
  readonly dataDir?: string;
  readonly ports?: Ports;
  readonly adminToken?: string;
  /** Further settings, by their environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  readonly readyTimeoutMs?: number;
  /** The program; default: this build's. */
  readonly mainFile?: string;
}

/** A whole server as a child process. */
export interface ServerProcess {
  /** `http://127.0.0.1:PORT/` */
  readonly webUrl: string;
  /** `ws://127.0.0.1:PORT/v1/live` */
  readonly liveUrl: string;
  /** `http://127.0.0.1:PORT/` */
  readonly adminUrl: string;
  readonly adminToken: string;
  readonly dataDir: string;
  readonly ports: Ports;
  readonly process: ChildProcess;
  /** Resolves when the process is gone; a process that is gone already is left alone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** All that it has printed. */
  log(): string;
}

const mainFile = fileURLToPath(new URL('../../main.js', import.meta.url));
const readyLine = /^Usher is ready$/m;

/** Starts `dist/src/main.js` and resolves when it is ready. Rejects with what it printed if it ends or takes too long. */
export async function startServer(options: ServerOptions = {}): Promise<ServerProcess> {
  const ports = options.ports ?? (await freePorts());
  const dataDir = options.dataDir ?? newDataDir();
  const adminToken = options.adminToken ?? systemRandom.id(32);
  const child = spawn(process.execPath, ['--enable-source-maps', options.mainFile ?? mainFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...environmentOfOurOwn(),
      USHER_WEB_PORT: String(ports.web),
      USHER_LIVE_PORT: String(ports.live),
      USHER_ADMIN_PORT: String(ports.admin),
      USHER_DATA_DIR: dataDir,
      USHER_ADMIN_TOKEN: adminToken,
      ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
      ...options.env,
    },
  });
  const log = await readyLog(child, options.readyTimeoutMs ?? 60_000);
  return {
    webUrl: addressIn(log(), 'web'),
    liveUrl: addressIn(log(), 'live'),
    adminUrl: addressIn(log(), 'admin'),
    adminToken,
    dataDir,
    ports,
    process: child,
    kill: (signal) => end(child, signal),
    log,
  };
}

/** Three ports that nobody listens on now. */
export async function freePorts(): Promise<Ports> {
  const servers = [createServer(), createServer(), createServer()];
  await Promise.all(servers.map((server) => once(server.listen(0, '127.0.0.1'), 'listening')));
  const [web = 0, live = 0, admin = 0] = servers.map((server) => {
    const address = server.address();
    return address === null || typeof address === 'string' ? 0 : address.port;
  });
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return { web, live, admin };
}

/** Open to Postgres' user, where the tests run as root. Deleted when the tests' process ends, not before: servers restart. */
function newDataDir(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'usher-data-'));
  chmodSync(dataDir, 0o755);
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
}

/** Settings of whoever runs the tests are none of the server's business. */
function environmentOfOurOwn(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('USHER_') && !name.endsWith('_URL'));
  return Object.fromEntries(entries);
}

function readyLog(child: ChildProcess, timeoutMs: number): Promise<() => string> {
  let printed = '';
  const log = () => printed;
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      reject(new Error(`Cannot use the server as ${why}: it printed\n${printed}`));
    };
    const timeout = systemTimers.after(timeoutMs, () => {
      child.kill('SIGKILL');
      fail(`it was not ready within ${timeoutMs} ms`);
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        // The addresses follow the ready line; the last of them completes it.
        if (!readyLine.test(printed) || !/^ {2}admin .*\n/m.test(printed)) return;
        timeout.cancel();
        resolve(log);
      });
    }
    child.once('exit', (code, signal) => {
      timeout.cancel();
      fail(`it ended with ${code ?? signal}`);
    });
  });
}

function addressIn(log: string, name: string): string {
  const address = new RegExp(`^  ${name} +(\\S+://\\S+)$`, 'm').exec(log)?.[1];
  if (address === undefined) throw new Error(`Cannot find the server's ${name} address as it printed\n${log}`);
  return address;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}
