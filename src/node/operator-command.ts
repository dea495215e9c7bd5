import type { NodeDescription } from '../admin/node-port.js';
import type { Call } from '../config/command-line.js';
import type { Configuration } from '../config/load.js';
import { isMap } from '../protocol/field.js';
import { systemRandom } from '../lib/random.js';
import { UsageError } from '../lib/usage-error.js';
import { reachable } from './reachable.js';

type OperatorCall = Extract<Call, { kind: 'nodes' | 'move' | 'drain' }>;

/** A move may take some seconds; whoever does not answer after this hangs. */
const answerTimeoutMs = 15_000;

/**
 * `usher nodes`, `usher move …`, `usher drain …`: asks a running node over its admin port, as the options name it.
 * @throws UsageError one line: what keeps it from being done
 */
export async function runOperatorCommand(call: OperatorCall, configuration: Configuration): Promise<number> {
  const admin = new AdminPort(configuration);
  switch (call.kind) {
    case 'nodes': {
      const { nodes } = (await admin.ask('list the nodes', 'GET', '/v1/nodes')) as { nodes: NodeDescription[] };
      process.stdout.write(nodesTable(nodes));
      return 0;
    }
    case 'move': {
      const { eventId, nodeId } = call;
      await admin.ask('move the event', 'POST', `/v1/events/${encodeURIComponent(eventId)}/move`, { nodeId });
      process.stdout.write(`${eventId} is with ${nodeId}\n`);
      return 0;
    }
    case 'drain': {
      const { nodeId } = call;
      const path = `/v1/nodes/${encodeURIComponent(nodeId)}/drain`;
      const { events } = (await admin.ask('drain the node', 'POST', path, {})) as { events: number };
      process.stdout.write(`${nodeId} gives its events away (${events}) and takes no new ones: usher nodes shows it\n`);
      return 0;
    }
  }
}

class AdminPort {
  readonly #url: string;
  readonly #token: string;

  constructor({ adminHost, adminPort, adminToken }: Configuration) {
    if (adminToken === null) {
      throw new UsageError('Cannot ask the server as the admin token is not set: set USHER_ADMIN_TOKEN');
    }
    this.#url = `http://${reachable(adminHost)}:${adminPort}`;
    this.#token = adminToken;
  }

  async ask(what: string, method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    const headers = {
      authorization: `Bearer ${this.#token}`,
      'idempotency-key': systemRandom.id(16),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const signal = AbortSignal.timeout(answerTimeoutMs);
    const request =
      body === undefined ? { method, headers, signal } : { method, headers, signal, body: JSON.stringify(body) };
    const response = await fetch(`${this.#url}${path}`, request).catch((error: unknown) => {
      throw new UsageError(this.#unreachable(what, error));
    });
    const answer: unknown = await response.json().catch(() => null);
    if (response.status === 401) {
      throw new UsageError(`Cannot ${what} as USHER_ADMIN_TOKEN is not the token of the server at ${this.#url}`);
    }
    if (isMap(answer) && response.ok) return answer;
    const detail = isMap(answer) && typeof answer['detail'] === 'string' ? answer['detail'] : null;
    throw new UsageError(detail ?? `Cannot ${what} as what answers at ${this.#url} is no admin port of Usher`);
  }

  #unreachable(what: string, error: unknown): string {
    if (error instanceof Error && error.name === 'TimeoutError') {
      return `Cannot ${what} as the server at ${this.#url} did not answer within ${answerTimeoutMs} ms`;
    }
    return `Cannot ${what} as no server answers at ${this.#url}: start it, or set USHER_ADMIN_HOST and USHER_ADMIN_PORT`;
  }
}

const loadHeadings = ['SOCKETS', 'COMMANDS/S', 'WAITING', 'COMMIT', 'POSTGRES', 'DELAY'];
const headings = ['NODE', 'URL', 'LEASE', 'EVENTS', 'SHARDS', 'VERSION', 'STATE', ...loadHeadings];
const unknown = '-';

function loadCells(load: NodeDescription['load']): readonly string[] {
  if (load === undefined) return loadHeadings.map(() => unknown);
  const { sockets, commandsPerSecond, mailboxCommands, commitMs, postgresLatencyMs, eventLoopDelayMs } = load;
  const inMs = (value: number | null): string => (value === null ? unknown : `${value} ms`);
  const counts = [sockets, commandsPerSecond, mailboxCommands].map(String);
  return [...counts, inMs(commitMs), inMs(postgresLatencyMs), inMs(eventLoopDelayMs)];
}

/** A line for each node, under headings, in columns. */
export function nodesTable(nodes: readonly NodeDescription[]): string {
  const rows = nodes.map(({ nodeId, url, leaseExpiresInMs, events, shards, version, draining, load }) => [
    nodeId,
    url,
    `${leaseExpiresInMs} ms`,
    String(events),
    String(shards),
    version,
    draining ? 'draining' : 'serving',
    ...loadCells(load),
  ]);
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const lines = all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}
