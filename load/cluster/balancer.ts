import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { must } from '../../src/lib/must.js';

/** Stands before the nodes: each connection goes to the next node that takes it. */
export class Balancer {
  #next = 0;
  readonly #sockets = new Set<Socket>();

  static async start(ports: readonly number[]): Promise<Balancer> {
    const server = createServer({ noDelay: true });
    const balancer = new Balancer(server, ports);
    server.on('connection', (client) => balancer.#serve(client, ports.length));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return balancer;
  }

  private constructor(
    private readonly server: Server,
    private readonly ports: readonly number[],
  ) {}

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  #serve(client: Socket, attemptsLeft: number): void {
    const port = must(this.ports[this.#next % this.ports.length], 'a node');
    this.#next += 1;
    this.#keep(client);
    if (attemptsLeft === 0) {
      client.destroy();
      return;
    }
    const node = connect({ port, host: '127.0.0.1', noDelay: true });
    const tryNext = (): void => this.#serve(client, attemptsLeft - 1);
    node.once('error', tryNext);
    node.once('connect', () => {
      node.removeListener('error', tryNext);
      this.#keep(node);
      node.on('close', () => client.destroy());
      client.on('close', () => node.destroy());
      client.pipe(node).pipe(client);
    });
  }

  #keep(socket: Socket): void {
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    // Whatever is wrong with a connection ends it.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
