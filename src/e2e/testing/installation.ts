import { rmSync } from 'node:fs';
import { must } from '../../lib/must.js';
import { type ServerProcess, startServer } from '../../lib/testing/server-process.js';
import { findEmbeddedPostgres } from '../../store/embedded/embedded-postgres.js';
import { endEmbeddedPostgres } from '../../store/testing/end-embedded.js';
import { checkIndependently } from './independent-check.js';
import { Venue } from './venue.js';

export interface InstallationOptions {
  /** Default: the embedded Postgres. */
  readonly databaseUrl?: string;
  /** Default: one of its own. The nodes of a cluster share one. */
  readonly adminToken?: string;
  /** Further settings, by their environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** The program; default: this build's. */
  readonly mainFile?: string;
}

/** What tests do not want in their way, unless they say otherwise. */
const defaults = { USHER_RATE_LIMIT: 'off', USHER_DEMO: 'off', USHER_LOG_LEVEL: 'warn' };

/** A server with its data, which a test may kill and start again: addresses, tokens and data stay the same. */
export class Installation extends Venue {
  #server: ServerProcess;
  readonly #killWithUs = (): void => {
    this.#server.process.kill('SIGKILL');
  };

  private constructor(
    private readonly options: InstallationOptions,
    server: ServerProcess,
  ) {
    const { databaseUrl } = options;
    const environment = {
      USHER_DATA_DIR: server.dataDir,
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    };
    super({ ...server, environment });
    this.#server = server;
    process.once('exit', this.#killWithUs);
  }

  static async start(options: InstallationOptions = {}): Promise<Installation> {
    return new Installation(options, await startServer({ ...options, env: { ...defaults, ...options.env } }));
  }

  get server(): ServerProcess {
    return this.#server;
  }

  /** Resolves with the exit code, null where a signal ended it. */
  async stop(signal: NodeJS.Signals): Promise<number | null> {
    await this.#server.kill(signal);
    return this.#server.process.exitCode;
  }

  /** Starts it again after it has ended. `program`: another build's `mainFile`, or none. */
  async startAgain(program: Pick<InstallationOptions, 'mainFile'> = {}): Promise<void> {
    const { ports, dataDir, adminToken } = this.#server;
    const env = { ...defaults, ...this.options.env };
    this.#server = await startServer({ ...this.options, ...program, ports, dataDir, adminToken, env });
  }

  /** Another server on the same data, at addresses of its own, while this one may still be there. */
  async startSuccessor(): Promise<Installation> {
    const { dataDir, adminToken } = this.#server;
    const env = { ...defaults, ...this.options.env };
    return new Installation(this.options, await startServer({ ...this.options, dataDir, adminToken, env }));
  }

  /**
   * Lets the independent checker judge it, ends whatever runs of it and deletes its data. A database that was given stays.
   * @throws Error with what the checker found
   */
  async remove(): Promise<void> {
    try {
      await checkIndependently(await this.#databaseUrl());
    } finally {
      await this.end();
    }
  }

  /** The same without a judgement, for whoever has judged it. */
  async end(): Promise<void> {
    await this.stop('SIGKILL');
    process.removeListener('exit', this.#killWithUs);
    const { dataDir } = this.#server;
    if (this.options.databaseUrl === undefined) await endEmbeddedPostgres(dataDir);
    rmSync(dataDir, { recursive: true, force: true });
  }

  async #databaseUrl(): Promise<string> {
    const url = this.options.databaseUrl ?? (await findEmbeddedPostgres(this.#server.dataDir));
    return must(
      url,
      'a running database for the independent checker: start the server again before the end of the test',
    );
  }
}
