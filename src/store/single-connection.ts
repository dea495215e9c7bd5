import { Client, type QueryResultRow } from 'pg';
import type { Log } from '../observability/log.js';
import type { Queryable, Result } from './queryable.js';
import { clientConfig, prepareSession } from './session.js';

type Statement = Parameters<Queryable['query']>[0];

/**
 * One connection, made when it is needed and thrown away after any error on it: a link that broke, a time-out that leaves
 * it busy, a prepared plan that a migration made useless. The next statement makes a new one and is prepared anew there.
 * Statements run one after the other, in the order asked.
 */
export class SingleConnection implements Queryable {
  private client: Client | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly url: string,
    private readonly applicationName: string,
    private readonly log: Log,
  ) {}

  query<Row>(statement: Statement): Promise<Result<Row>> {
    const result = this.last.then(() => this.run<Row>(statement));
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Ends the connection at once: the outcome of a statement that still runs is unknown. */
  async close(): Promise<void> {
    this.closed = true;
    await this.client?.end();
  }

  private async run<Row>(statement: Statement): Promise<Result<Row>> {
    const client = this.client ?? (await this.connect());
    try {
      return await client.query<Row & QueryResultRow>(statement);
    } catch (error) {
      this.discard(client);
      throw error;
    }
  }

  private async connect(): Promise<Client> {
    const client = new Client(clientConfig(this.url, this.applicationName));
    client.on('error', (error) => {
      this.log.warn({ error, connection: this.applicationName }, 'A connection to Postgres broke');
    });
    client.once('end', () => this.discard(client));
    try {
      await client.connect();
      await prepareSession(client);
      if (this.closed) throw new Error('Cannot query as the connection was closed');
    } catch (error) {
      this.discard(client);
      throw error;
    }
    this.client = client;
    return client;
  }

  private discard(client: Client): void {
    if (this.client === client) this.client = null;
    client.end().catch(() => undefined);
  }
}
