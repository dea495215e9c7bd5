/** Where the Redis is that carries messages between nodes. Plain data: worker threads get a copy. */
export interface RedisAddress {
  /** One server; sentinels that know who is master; or any nodes of a Redis Cluster. */
  readonly kind: 'single' | 'sentinel' | 'cluster';
  readonly hosts: readonly RedisHost[];
  /** The name that the sentinels know the master by; null for the other kinds. */
  readonly masterName: string | null;
  readonly isEncrypted: boolean;
  /** Of the servers, not of the sentinels. */
  readonly username: string | null;
  readonly password: string | null;
}

export interface RedisHost {
  readonly host: string;
  readonly port: number;
}

const kinds = { '': 'single', '+sentinel': 'sentinel', '+cluster': 'cluster' } as const;
const shape = /^redis(s?)(|\+sentinel|\+cluster):\/\/(?:([^@/]*)@)?([^@/?#]+)(?:\/([^/?#]*))?$/;
const hostShape = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_.-]+)(?::(\d{1,5}))?$/;
const defaultPort = 6379;
const defaultSentinelPort = 26_379;

export const redisAddressForms =
  'redis://host:6379, redis+sentinel://host:26379,host:26379/master-name or redis+cluster://host:6379,host:6379; ' +
  'rediss for TLS, user:password@ before the hosts';

/** Undefined where it is none of the forms. */
export function readRedisAddress(given: string): RedisAddress | undefined {
  const [, tls, kindText, credentials, hostsText = '', path = ''] = shape.exec(given) ?? [];
  if (kindText === undefined) return undefined;
  const kind = kinds[kindText as keyof typeof kinds];
  const hosts = hostsText
    .split(',')
    .map((text) => readHost(text, kind === 'sentinel' ? defaultSentinelPort : defaultPort));
  const account = readCredentials(credentials ?? '');
  if (account === undefined || !hosts.every((host) => host !== undefined)) return undefined;
  if (kind === 'single' && hosts.length > 1) return undefined;
  // Pub/sub knows no databases: to name another than the first would say more than it does.
  if (kind === 'sentinel' ? path === '' : path !== '' && path !== '0') return undefined;
  return { kind, hosts, masterName: kind === 'sentinel' ? path : null, isEncrypted: tls === 's', ...account };
}

function readHost(text: string, otherwise: number): RedisHost | undefined {
  const [, host, portText] = hostShape.exec(text) ?? [];
  if (host === undefined) return undefined;
  const port = portText === undefined ? otherwise : Number(portText);
  return port >= 1 && port <= 65_535 ? { host: host.replace(/^\[|\]$/g, ''), port } : undefined;
}

/** `user:password`, `:password`, or the empty text; each may be percent-encoded, as in any address. */
function readCredentials(text: string): Pick<RedisAddress, 'username' | 'password'> | undefined {
  const colon = text.indexOf(':');
  if (text !== '' && colon < 0) return undefined;
  try {
    const [username, password] = [text.slice(0, Math.max(0, colon)), text.slice(colon + 1)].map(decodeURIComponent);
    return { username: username || null, password: password || null };
  } catch {
    return undefined;
  }
}
