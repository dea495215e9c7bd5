import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { systemRandom } from '../../lib/random.js';
import { type ServerProcess, startServer } from '../../lib/testing/server-process.js';
import { endEmbeddedPostgres } from '../../store/testing/end-embedded.js';
import { type SeatState, unpackStates } from './watched-map.js';
import { type Reply, type Request, request } from './rest.js';
import type { Position } from './wire-client.js';

export interface InstallationOptions {
  /** Default: the embedded Postgres. */
  readonly databaseUrl?: string;
  /** Further settings, by their environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface EventPlan {
  readonly seats: number;
  readonly holdTtlMs?: number;
  readonly limits?: Readonly<Record<string, number>>;
}

export interface Guest {
  readonly holderId: string;
  readonly token: string;
}

export interface Output {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What tests do not want in their way, unless they say otherwise. */
const defaults = { USHER_RATE_LIMIT: 'off', USHER_DEMO: 'off', USHER_LOG_LEVEL: 'warn' };

const mainFile = fileURLToPath(new URL('../../main.js', import.meta.url));

/** A server with its data, which a test may kill and start again: addresses, tokens and data stay the same. */
export class Installation {
  #server: ServerProcess;
  readonly #killWithUs = (): void => {
    this.#server.process.kill('SIGKILL');
  };

  private constructor(
    private readonly options: InstallationOptions,
    server: ServerProcess,
  ) {
    this.#server = server;
    process.once('exit', this.#killWithUs);
  }

  static async start(options: InstallationOptions = {}): Promise<Installation> {
    return new Installation(options, await startServer({ ...options, env: { ...defaults, ...options.env } }));
  }

  get server(): ServerProcess {
    return this.#server;
  }

  get liveUrl(): string {
    return this.#server.liveUrl;
  }

  /** Resolves with the exit code, null where a signal ended it. */
  async stop(signal: NodeJS.Signals): Promise<number | null> {
    await this.#server.kill(signal);
    return this.#server.process.exitCode;
  }

  /** Starts it again after it has ended. */
  async startAgain(): Promise<void> {
    const { ports, dataDir, adminToken } = this.#server;
    const env = { ...defaults, ...this.options.env };
    this.#server = await startServer({ ...this.options, ports, dataDir, adminToken, env });
  }

  /** Ends whatever runs of it and deletes its data. A database that was given stays. */
  async remove(): Promise<void> {
    await this.stop('SIGKILL');
    process.removeListener('exit', this.#killWithUs);
    const { dataDir } = this.#server;
    if (this.options.databaseUrl === undefined) await endEmbeddedPostgres(dataDir);
    rmSync(dataDir, { recursive: true, force: true });
  }

  // ── over HTTP ──

  live(method: string, path: string, given?: Request): Promise<Reply> {
    return request(method, `${this.#server.liveUrl.replace('ws:', 'http:').replace('/v1/live', '')}${path}`, given);
  }

  web(method: string, path: string, given?: Request): Promise<Reply> {
    return request(method, `${this.#server.webUrl}${path.slice(1)}`, given);
  }

  admin(method: string, path: string, given?: Request): Promise<Reply> {
    return request(method, `${this.#server.adminUrl}${path.slice(1)}`, given);
  }

  async guest(): Promise<Guest> {
    const { status, body } = await this.live('POST', '/v1/sessions', { body: {} });
    assert.equal(status, 201, JSON.stringify(body));
    return body as Guest;
  }

  /** A new event in a hall of its own. Every seat costs 1,000. */
  async createEvent({ seats, ...terms }: EventPlan): Promise<string> {
    const { adminToken: token } = this.#server;
    const chart = await this.web('POST', '/v1/charts', {
      token,
      key: systemRandom.id(16),
      body: { format: 'usher', chart: hallOf(seats) },
    });
    assert.equal(chart.status, 201, JSON.stringify(chart.body));
    const { chartId } = chart.body as { chartId: string };
    const event = await this.web('POST', '/v1/events', {
      token,
      key: systemRandom.id(16),
      body: {
        name: 'A test',
        startsAt: '2099-01-01T20:00:00Z',
        chartId,
        currency: 'EUR',
        prices: { any: 1000 },
        ...terms,
      },
    });
    assert.equal(event.status, 201, JSON.stringify(event.body));
    return (event.body as { eventId: string }).eventId;
  }

  /** The published map. */
  async seats(eventId: string): Promise<{ position: Position; states: SeatState[] }> {
    const { status, body } = await this.live('GET', `/v1/events/${eventId}/seats`);
    assert.equal(status, 200, JSON.stringify(body));
    const { position, seatCount, states } = body as { position: Position; seatCount: number; states: string };
    return { position, states: unpackStates(Buffer.from(states, 'base64'), seatCount) };
  }

  // ── the command line ──

  /** `usher journal …` on this installation's data. */
  async journal(...words: string[]): Promise<Output> {
    const { databaseUrl } = this.options;
    const child = spawn(process.execPath, [mainFile, 'journal', ...words], {
      env: {
        PATH: process.env['PATH'],
        USHER_DATA_DIR: this.#server.dataDir,
        ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
      },
    });
    return outputOf(child);
  }
}

/** What a process printed, once it has ended. */
export async function outputOf(child: ReturnType<typeof spawn>): Promise<Output> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
}

const seatsPerRow = 100;

function hallOf(seats: number): object {
  const rows = Array.from({ length: Math.ceil(seats / seatsPerRow) }, (_, row) => ({
    label: String(row + 1),
    seats: Array.from({ length: Math.min(seatsPerRow, seats - row * seatsPerRow) }, (_unused, seat) => ({
      label: String(seat + 1),
      x: seat,
      y: row,
      category: 'any',
    })),
  }));
  return {
    name: 'A test hall',
    size: { width: 1000, height: 1000 },
    categories: [{ key: 'any', name: 'Any', color: '#888888' }],
    sections: [{ key: 'all', name: 'All', rows }],
    areas: [],
  };
}
