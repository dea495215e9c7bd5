import { parentPort } from 'node:worker_threads';
import type { FastifyInstance } from 'fastify';
import { must } from '../lib/must.js';
import type { Log } from '../observability/log.js';

/** What a thread that serves HTTP tells the one that started it. */
export type HttpThreadNews =
  | { readonly kind: 'listening'; readonly port: number }
  /** It will not serve; the message is for the operator, one line. */
  | { readonly kind: 'failed'; readonly message: string };

/** What it is told. */
export interface CloseOrder {
  readonly kind: 'close';
}

export interface HttpThreadBody {
  readonly host: string;
  readonly port: number;
  /** The options behind host and port: what the operator must change where these cannot be had. */
  readonly hostOption: string;
  readonly portOption: string;
  readonly server: FastifyInstance;
  readonly log: Log;
  /** After the last request was answered. */
  readonly release: () => Promise<void>;
}

/**
 * The life of a thread that serves HTTP: listens, says so, and on an order to close answers what it has begun, lets go of
 * everything, and so ends.
 */
export async function runHttpThread(body: HttpThreadBody): Promise<void> {
  const { host, port, server, log, release } = body;
  const parent = must(parentPort, 'the thread that started this one');
  const tell = (news: HttpThreadNews): void => parent.postMessage(news);
  const close = async (): Promise<void> => {
    await server.close();
    await release();
    parent.close();
  };
  parent.on('message', (order: CloseOrder) => {
    if (order.kind !== 'close') return;
    close().catch((error: unknown) => log.error({ error }, 'The thread did not close in order'));
  });

  try {
    await server.listen({ host, port, exclusive: true });
    const address = server.server.address();
    tell({ kind: 'listening', port: typeof address === 'object' && address !== null ? address.port : port });
  } catch (error) {
    tell({ kind: 'failed', message: whyNotListening(error, body) });
    await close();
  }
}

function whyNotListening(error: unknown, { host, port, hostOption, portOption }: HttpThreadBody): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const taken = `as the port is taken: set ${portOption} to another, or end the program that has it`;
  const foreign = `as this machine has no such address: set ${hostOption} to one that it has`;
  const causes: Readonly<Record<string, string>> = {
    EADDRINUSE: taken,
    EACCES: `as this user may not: set ${portOption} to 1024 or above`,
    EADDRNOTAVAIL: foreign,
    ENOTFOUND: foreign,
  };
  return `Cannot listen on ${host}:${port} ${causes[code] ?? `as the system refuses: ${message}`}`;
}
