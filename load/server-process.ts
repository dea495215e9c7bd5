import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { must } from '../src/lib/must.js';
import { UsageError } from '../src/lib/usage-error.js';
import { findEmbeddedPostgres } from '../src/store/embedded/embedded-postgres.js';
import { descendants } from './processor-time.js';
import type { Target } from './venue.js';

const program = fileURLToPath(new URL('../src/main.js', import.meta.url));
const readyLine = 'Usher is ready';
const readyTimeoutMs = 60_000;
const stopTimeoutMs = 30_000;
/** What is kept of a server's output, to tell why it ended. */
const outputCharactersMax = 8_000;
/** Below the range that Linux takes for outgoing connections. */
const firstPort = 20_000;
const lastPort = 32_000;
/** They end the server too, not only this program. */
const interruptions = ['SIGINT', 'SIGTERM'] as const;

export interface ServerOptions {
  /** Null: embedded Postgres in a folder that goes with the server. */
  readonly databaseUrl: string | null;
  /** Options for Node itself, such as `--cpu-prof`. */
  readonly nodeArguments: readonly string[];
}

/** A server of our own, with nobody else's data and no rate limits. */
export class ServerProcess {
  /** @throws UsageError where the server does not become ready */
  static async start(options: ServerOptions): Promise<ServerProcess> {
    if (!existsSync(program)) throw new UsageError(`Cannot start the server as it is not built: ${program} is missing`);
    const [web, live, admin] = [await freePort(), await freePort(), await freePort()];
    const adminToken = `load-${crypto.randomUUID()}`;
    const folder = mkdtempSync(join(tmpdir(), 'usher-load-'));
    chmodSync(folder, 0o755); // Postgres may run as another user
    const child = spawn(process.execPath, [...options.nodeArguments, program], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...environmentWithoutUsher(),
        USHER_WEB_PORT: String(web),
        USHER_LIVE_PORT: String(live),
        USHER_ADMIN_PORT: String(admin),
        USHER_DATA_DIR: dataDirIn(folder),
        USHER_ADMIN_TOKEN: adminToken,
        USHER_RATE_LIMIT: 'off',
        ...(options.databaseUrl === null ? {} : { DATABASE_URL: options.databaseUrl }),
      },
    });
    const target = {
      webUrl: new URL(`http://127.0.0.1:${web}`),
      liveUrl: new URL(`ws://127.0.0.1:${live}`),
      adminToken,
    };
    const server = new ServerProcess(child, folder, target, options.databaseUrl);
    try {
      await server.ready();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  private output = '';
  private readonly exited: Promise<void>;

  private constructor(
    private readonly child: ChildProcess,
    readonly folder: string,
    readonly target: Target,
    private readonly givenDatabaseUrl: string | null,
  ) {
    this.exited = new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    const keep = (text: string) => {
      this.output = (this.output + text).slice(-outputCharactersMax);
    };
    child.stdout?.setEncoding('utf8').on('data', keep);
    child.stderr?.setEncoding('utf8').on('data', keep);
    for (const signal of interruptions) process.once(signal, this.interrupted);
  }

  get pid(): number {
    return must(this.child.pid, 'the process id of a server that was started');
  }

  /** Where its data are, as long as it runs. */
  async databaseUrl(): Promise<string> {
    return must(
      this.givenDatabaseUrl ?? (await findEmbeddedPostgres(dataDirIn(this.folder))),
      'the database of a server that runs',
    );
  }

  /** Ends the server in order, or else by force together with its Postgres, and removes its folder. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    const forced = setTimeout(() => this.kill(), stopTimeoutMs);
    await this.exited;
    clearTimeout(forced);
    for (const signal of interruptions) process.off(signal, this.interrupted);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private readonly interrupted = (): void => {
    void this.stop().then(() => process.exit(1));
  };

  private kill(): void {
    console.error(`The server did not end within ${stopTimeoutMs} ms: killed`);
    const children = descendants(this.pid);
    this.child.kill('SIGKILL');
    for (const id of children) killIfThere(id);
  }

  private async ready(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const readySeen = new Promise<'ready'>((resolve) => {
      const look = () => {
        if (this.output.includes(readyLine)) resolve('ready');
      };
      this.child.stdout?.on('data', look);
    });
    const tooLate = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), readyTimeoutMs);
    });
    const outcome = await Promise.race([readySeen, tooLate, this.exited.then(() => 'ended' as const)]);
    clearTimeout(timer);
    if (outcome === 'late')
      throw new UsageError(`The server was not ready within ${readyTimeoutMs} ms:\n${this.output}`);
    if (outcome === 'ended') throw new UsageError(`The server ended before it was ready:\n${this.output}`);
  }
}

function dataDirIn(folder: string): string {
  return join(folder, 'data');
}

function environmentWithoutUsher(): NodeJS.ProcessEnv {
  const foreign = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('USHER_') && name !== 'DATABASE_URL' && name !== 'REDIS_URL',
  );
  return Object.fromEntries(foreign);
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = firstPort + Math.floor(Math.random() * (lastPort - firstPort));
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host: '127.0.0.1', port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}
