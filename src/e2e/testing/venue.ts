import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { systemRandom } from '../../lib/random.js';
import { type Reply, type Request, request } from './rest.js';
import { type SeatState, unpackStates } from './watched-map.js';
import type { Position } from './wire-client.js';

/** Where a server is, and what tests need of it besides. The same for as long as its data live, whatever becomes of the process. */
export interface Addresses {
  /** `http://127.0.0.1:PORT/` */
  readonly webUrl: string;
  /** `ws://127.0.0.1:PORT/v1/live` */
  readonly liveUrl: string;
  /** `http://127.0.0.1:PORT/` */
  readonly adminUrl: string;
  readonly adminToken: string;
  /** What leads `usher journal` to the data. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface EventPlan {
  readonly seats: number;
  /** General-admission areas: capacity by id. */
  readonly areas?: Readonly<Record<string, number>>;
  readonly eventId?: string;
  readonly holdTtlMs?: number;
  readonly limits?: Readonly<Record<string, number>>;
  readonly onSaleAt?: string;
  readonly closesAt?: string;
  readonly confirmBy?: 'holder' | 'server';
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

export const mainFile = fileURLToPath(new URL('../../main.js', import.meta.url));

/** A server from outside: its REST surfaces and its command line. */
export class Venue {
  constructor(private readonly addresses: Addresses) {}

  get liveUrl(): string {
    return this.addresses.liveUrl;
  }

  get adminToken(): string {
    return this.addresses.adminToken;
  }

  live(method: string, path: string, given?: Request): Promise<Reply> {
    return request(method, `${this.addresses.liveUrl.replace('ws:', 'http:').replace('/v1/live', '')}${path}`, given);
  }

  web(method: string, path: string, given?: Request): Promise<Reply> {
    return request(method, `${this.addresses.webUrl}${path.slice(1)}`, given);
  }

  admin(method: string, path: string, given?: Request): Promise<Reply> {
    return request(method, `${this.addresses.adminUrl}${path.slice(1)}`, given);
  }

  async guest(): Promise<Guest> {
    const { status, body } = await this.live('POST', '/v1/sessions', { body: {} });
    assert.equal(status, 201, JSON.stringify(body));
    return body as Guest;
  }

  /** A new event in a hall of its own. Every seat and every place costs 1,000. */
  async createEvent({ seats, areas = {}, ...terms }: EventPlan): Promise<string> {
    const token = this.adminToken;
    const chart = await this.web('POST', '/v1/charts', {
      token,
      key: systemRandom.id(16),
      body: { format: 'usher', chart: hallOf(seats, areas) },
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

  /** `usher journal …` on this server's data. */
  async journal(...words: string[]): Promise<Output> {
    const env = { PATH: process.env['PATH'], ...this.addresses.environment };
    return outputOf(spawn(process.execPath, [mainFile, 'journal', ...words], { env }));
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

function hallOf(seats: number, areas: Readonly<Record<string, number>>): object {
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
    sections: seats === 0 ? [] : [{ key: 'all', name: 'All', rows }],
    areas: Object.entries(areas).map(([area, capacity]) => ({
      area,
      name: area,
      capacity,
      category: 'any',
      shape: { type: 'rectangle', x: 200, y: 200, width: 100, height: 100 },
    })),
  };
}
