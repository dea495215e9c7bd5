import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const readyLine = /Ready to accept connections|Sentinel ID is/;
const portAttemptsMax = 5;
const run = promisify(execFile);

export interface TestRedisOptions {
  readonly replicaOf?: TestRedis;
  /** Makes it the only sentinel of this one, which it calls `tickets`. */
  readonly sentinelOf?: TestRedis;
  /** Further settings, as in redis.conf: `{ 'cluster-enabled': 'yes' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A Redis for one test to break: `redis-server` of the PATH, on a free port, in a folder below the system's temporary one. */
export class TestRedis {
  #child: ChildProcess | null = null;
  /** A test process that dies must not leave it running. */
  readonly #endWithUs = (): void => void this.#child?.kill('SIGKILL');

  private constructor(
    /** The same before and after every restart. */
    readonly port: number,
    private readonly folder: string,
    private readonly options: TestRedisOptions,
  ) {}

  static async start(options: TestRedisOptions = {}): Promise<TestRedis> {
    for (let attempt = 1; ; attempt++) {
      const server = new TestRedis(await freePort(), mkdtempSync(join(tmpdir(), 'usher-redis-')), options);
      process.once('exit', server.#endWithUs);
      try {
        await server.start();
        return server;
      } catch (error) {
        // Somebody else may have taken the port meanwhile.
        await server.remove();
        if (attempt === portAttemptsMax) throw error;
      }
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const child = spawn('redis-server', this.#arguments(), { cwd: this.folder, stdio: ['ignore', 'pipe', 'ignore'] });
    this.#child = child;
    const said: string[] = [];
    const ready = new Promise<boolean>((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        said.push(line);
        if (readyLine.test(line)) resolve(true);
      });
      child.once('error', (error) => {
        said.push(error.message);
        resolve(false);
      });
      child.once('exit', () => resolve(false));
    });
    if (!(await ready)) throw new Error(`Cannot start Redis for a test: ${said.slice(-3).join(' ')}`);
  }

  /** In order; its clients are told. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Stands still: connections stay open, and the system goes on accepting new ones for it. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async flush(): Promise<void> {
    await this.command('flushall');
  }

  /** What `redis-cli` prints. */
  async command(...words: readonly string[]): Promise<string> {
    const { stdout } = await run('redis-cli', ['-p', String(this.port), ...words]);
    return stdout.trim();
  }

  async remove(): Promise<void> {
    await this.kill();
    process.removeListener('exit', this.#endWithUs);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    // One that stands still hears nothing but SIGKILL.
    child.kill('SIGCONT');
    await exit;
  }

  /** A server keeps in its configuration what it was told since: a sentinel its masters, a master whose replica it has become. */
  #arguments(): readonly string[] {
    const { sentinelOf } = this.options;
    const path = join(this.folder, 'redis.conf');
    const lines = sentinelOf === undefined ? this.#settings() : this.#sentinelSettings(sentinelOf);
    if (!existsSync(path)) writeFileSync(path, `${lines.join('\n')}\n`);
    return sentinelOf === undefined ? [path] : [path, '--sentinel'];
  }

  #settings(): readonly string[] {
    const { replicaOf, settings = {} } = this.options;
    const given: Record<string, string> = {
      port: String(this.port),
      bind: '127.0.0.1',
      save: '""',
      appendonly: 'no',
      ...(replicaOf === undefined ? {} : { replicaof: `127.0.0.1 ${replicaOf.port}` }),
      ...settings,
    };
    return Object.entries(given).map(([name, value]) => `${name} ${value}`);
  }

  #sentinelSettings(master: TestRedis): readonly string[] {
    return [
      `port ${this.port}`,
      'bind 127.0.0.1',
      `sentinel monitor tickets 127.0.0.1 ${master.port} 1`,
      'sentinel down-after-milliseconds tickets 1000',
    ];
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  if (address === null || typeof address === 'string') throw new Error('Cannot find a free port as none was given');
  probe.close();
  await once(probe, 'close');
  return address.port;
}
