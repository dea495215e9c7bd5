import { UsageError } from '../src/lib/usage-error.js';

/** Where the load goes: a server on this machine, never anything else. */
export interface Target {
  readonly webUrl: URL;
  readonly liveUrl: URL;
  readonly adminToken: string;
}

export interface EventLimits {
  readonly seatsPerHold: number;
  readonly holdsPerHolder: number;
  readonly seatsPerHolder: number;
}

const requestTimeoutMs = 15_000;
const seatsPerRow = 100;
const holdTtlMs = 600_000;
/** Sessions asked for at the same time. */
const sessionsAtOnce = 16;

/** @throws UsageError unless the URL is on 127.0.0.1: this program is built to hurt. */
export function localUrl(option: string, text: string, protocol: 'http:' | 'ws:'): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.protocol !== protocol || url.hostname !== '127.0.0.1') {
    throw new UsageError(
      `${option} must be a ${protocol}// URL on 127.0.0.1, as this is a load generator: it is "${text}"`,
    );
  }
  return url;
}

/** Creates a hall of its own with `seatCount` seats and an event in it that is on sale. Says the event's id. */
export async function createEvent(target: Target, seatCount: number, limits: EventLimits): Promise<string> {
  const name = `Load ${new Date().toISOString()}`;
  const { chartId } = await post<{ chartId: string }>(target, '/v1/charts', {
    format: 'usher',
    chart: chartOf(name, seatCount),
  });
  const { eventId } = await post<{ eventId: string }>(target, '/v1/events', {
    name,
    startsAt: new Date(Date.now() + 30 * 86_400_000).toISOString(),
    chartId,
    currency: 'EUR',
    prices: { stalls: 4_500 },
    holdTtlMs,
    limits,
  });
  return eventId;
}

/** Tokens of `count` new guests. */
export async function createSessions(target: Target, count: number): Promise<string[]> {
  const tokens: string[] = [];
  while (tokens.length < count) {
    const sessions = Array.from({ length: Math.min(sessionsAtOnce, count - tokens.length) }, () =>
      post<{ token: string }>(target, '/v1/sessions', {}),
    );
    for (const { token } of await Promise.all(sessions)) tokens.push(token);
  }
  return tokens;
}

function chartOf(name: string, seatCount: number): object {
  const rows = [];
  for (let first = 0; first < seatCount; first += seatsPerRow) {
    const row = first / seatsPerRow;
    const seats = Array.from({ length: Math.min(seatsPerRow, seatCount - first) }, (_, column) => ({
      label: String(column + 1),
      x: 20 + column * 10,
      y: 20 + row * 10,
      category: 'stalls',
    }));
    rows.push({ label: String(row + 1), seats });
  }
  return {
    name,
    size: { width: 40 + seatsPerRow * 10, height: 40 + rows.length * 10 },
    categories: [{ key: 'stalls', name: 'Stalls', color: '#4477aa' }],
    sections: [{ key: 'stalls', name: 'Stalls', rows }],
    areas: [],
  };
}

async function post<Answer>(target: Target, path: string, body: object): Promise<Answer> {
  const url = new URL(path, target.webUrl);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (path !== '/v1/sessions') {
    headers['authorization'] = `Bearer ${target.adminToken}`;
    headers['idempotency-key'] = crypto.randomUUID();
  }
  const signal = AbortSignal.timeout(requestTimeoutMs);
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal }).catch(
    (error: unknown) => {
      const { cause } = error as Error;
      throw new UsageError(`Cannot reach the server: POST ${url.href}: ${String(cause ?? error)}`);
    },
  );
  const text = await response.text();
  if (response.status !== 201) {
    throw new UsageError(
      `Cannot prepare the load as the server refused: POST ${path} → ${response.status} ${text.trim()}`,
    );
  }
  return JSON.parse(text) as Answer;
}
