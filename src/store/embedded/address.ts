import { once } from 'node:events';
import { createServer, type ListenOptions } from 'node:net';
import { join } from 'node:path';
import { assert } from '../../lib/assert.js';
import { superuser } from './cluster.js';
import type { PostmasterFile } from './postmaster.js';

/** Where the embedded Postgres listens: this machine only. */
export type Address =
  /** A socket in its data folder, which only its user may enter. */
  { readonly kind: 'socket'; readonly folder: string } | { readonly kind: 'loopback'; readonly port: number };

/** Part of the socket's name: `.s.PGSQL.5432`. */
const socketPort = 5432;
const loopback = '127.0.0.1';

/** What the kernels keep of a socket's path: 108 bytes on Linux, 104 on macOS, with the NUL at its end. */
const socketPathBytesMax = process.platform === 'linux' ? 107 : 103;

/** A socket where the folder can have one, else a free port. */
export async function chooseAddress(dataFolder: string): Promise<Address> {
  if (await canHaveSocket(dataFolder)) return { kind: 'socket', folder: dataFolder };
  return { kind: 'loopback', port: await freePort() };
}

/** Some mounts refuse sockets (folders that a virtual machine shares with its host), and some paths are too long. */
async function canHaveSocket(folder: string): Promise<boolean> {
  const path = join(folder, '.s.PGSQL.test');
  if (Buffer.byteLength(path) > socketPathBytesMax) return false;
  try {
    await listenOnce({ path });
    return true;
  } catch {
    return false;
  }
}

export function freePort(): Promise<number> {
  return listenOnce({ port: 0, host: loopback });
}

/** The port, 0 for a socket. */
async function listenOnce(where: ListenOptions): Promise<number> {
  const server = createServer();
  server.listen(where);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The server's settings for this address. */
export function addressSettings(address: Address): Readonly<Record<string, string>> {
  return address.kind === 'socket'
    ? { listen_addresses: '', unix_socket_directories: address.folder, port: String(socketPort) }
    : { listen_addresses: loopback, unix_socket_directories: '', port: String(address.port) };
}

/** Where a running server says that it listens; null while it does not say yet. */
export function addressOf(file: PostmasterFile): Address | null {
  if (file.socketFolder !== '') return { kind: 'socket', folder: file.socketFolder };
  return file.listenAddress === '' ? null : { kind: 'loopback', port: file.port };
}

export function urlOf(address: Address, password: string, database: string): string {
  assert(/^[A-Za-z0-9_-]+$/.test(password), 'Cannot put the password into an address as it is not plain');
  const user = `${superuser}:${password}`;
  return address.kind === 'socket'
    ? `postgres://${user}@localhost:${socketPort}/${database}?host=${encodeURIComponent(address.folder)}`
    : `postgres://${user}@${loopback}:${address.port}/${database}`;
}
