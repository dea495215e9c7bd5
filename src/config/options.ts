import type { RedisAddress } from './redis-address.js';
import { addresses, onOff, oneOf, origins, port, redisAddress, text, url, wholeNumber, type Value } from './values.js';

/**
 * The one table of what an operator may set. Environment variables, flags, `--help` and the table in docs/OPERATING.md
 * all come from it.
 */
export interface Option<T> {
  readonly env: string;
  readonly flag: string;
  readonly value: Value<NonNullable<T>>;
  readonly default: T;
  /** Says the default where it is worked out at start, and so is null here. */
  readonly defaultProse?: string;
  readonly prose: string;
  readonly group: Group;
  /** Never shown again: not in messages, not in logs. */
  readonly secret?: true;
}

export const groups = ['Addresses', 'Storage', 'Node', 'Access', 'Rate limits'] as const;
export type Group = (typeof groups)[number];

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Lets each entry of the table keep its own type. */
function option<T>(entry: Option<T>): Option<T> {
  return entry;
}

export const options = {
  host: option({
    env: 'USHER_HOST',
    flag: 'host',
    value: text(/^[^\s/]+$/, 'an IP address or a host name', '<address>'),
    default: '127.0.0.1',
    prose: 'Address that the web port and the live port listen on; 0.0.0.0 is every IPv4 address of the machine.',
    group: 'Addresses',
  }),
  webPort: option({
    env: 'USHER_WEB_PORT',
    flag: 'web-port',
    value: port,
    default: 8080,
    prose: 'Web pages, catalogue and sessions over HTTP. 0 lets the system choose, as for the other ports.',
    group: 'Addresses',
  }),
  livePort: option({
    env: 'USHER_LIVE_PORT',
    flag: 'live-port',
    value: port,
    default: 8081,
    prose: 'WebSockets, and the few requests that must be fast.',
    group: 'Addresses',
  }),
  adminPort: option({
    env: 'USHER_ADMIN_PORT',
    flag: 'admin-port',
    value: port,
    default: 9090,
    prose: 'Health, metrics and what operators do.',
    group: 'Addresses',
  }),
  adminHost: option({
    env: 'USHER_ADMIN_HOST',
    flag: 'admin-host',
    value: text(/^[^\s/]+$/, 'an IP address or a host name', '<address>'),
    default: '127.0.0.1',
    prose: 'Address that the admin port listens on. Health and metrics ask for no token: keep it off the internet.',
    group: 'Addresses',
  }),
  publicLiveUrl: option<string | null>({
    env: 'USHER_PUBLIC_LIVE_URL',
    flag: 'public-live-url',
    value: url(['ws:', 'wss:', 'http:', 'https:'], '<url>'),
    default: null,
    defaultProse: 'from host and live port',
    prose: 'Address at which clients and other nodes reach the live port, where a proxy stands before it.',
    group: 'Addresses',
  }),
  allowedOrigins: option<readonly string[]>({
    env: 'USHER_ALLOWED_ORIGINS',
    flag: 'allowed-origins',
    value: origins,
    default: [],
    defaultProse: 'the same hostname, any port',
    prose: 'Sites whose pages may use the live port, comma-separated.',
    group: 'Addresses',
  }),
  trustedProxies: option<readonly string[]>({
    env: 'USHER_TRUSTED_PROXIES',
    flag: 'trusted-proxies',
    value: addresses,
    default: [],
    defaultProse: 'none',
    prose:
      "Addresses or networks whose X-Forwarded-For header is believed, comma-separated; everyone else's is ignored.",
    group: 'Addresses',
  }),

  dataDir: option({
    env: 'USHER_DATA_DIR',
    flag: 'data-dir',
    value: text(/\S/, 'a path', '<path>'),
    default: './data',
    prose: 'Folder of the embedded Postgres and of what belongs to this node.',
    group: 'Storage',
  }),
  databaseUrl: option<string | null>({
    env: 'DATABASE_URL',
    flag: 'database-url',
    value: text(/^postgres(ql)?:\/\//, 'an address that begins with postgres://', '<url>'),
    default: null,
    defaultProse: 'the embedded Postgres',
    prose: 'An existing Postgres, version 14 to 18.',
    group: 'Storage',
    secret: true,
  }),
  embeddedPostgresPort: option({
    env: 'USHER_EMBEDDED_POSTGRES_PORT',
    flag: 'embedded-postgres-port',
    value: port,
    default: 0,
    defaultProse: 'a socket in the data folder, or any free port where it can have none',
    prose: 'Port on the loopback address for the embedded Postgres, so that other programs can reach it.',
    group: 'Storage',
  }),
  redisUrl: option<RedisAddress | null>({
    env: 'REDIS_URL',
    flag: 'redis-url',
    value: redisAddress,
    default: null,
    defaultProse: 'none',
    prose:
      'Redis between the nodes of a cluster: `redis://host:6379`, sentinels as `redis+sentinel://host:26379,host:26379/master-name`, or a Redis Cluster (7 or later) as `redis+cluster://host:6379,host:6379`; `rediss` for TLS, `user:password@` before the hosts. All nodes name the same one, and the same DATABASE_URL.',
    group: 'Storage',
    secret: true,
  }),

  nodeId: option<string | null>({
    env: 'USHER_NODE_ID',
    flag: 'node-id',
    value: text(/^[A-Za-z0-9_-]{1,64}$/, '1 to 64 characters A-Z a-z 0-9 _ -', '<name>'),
    default: null,
    defaultProse: 'generated, kept in the data folder',
    prose: "This node's name.",
    group: 'Node',
  }),
  shards: option<number | null>({
    env: 'USHER_SHARDS',
    flag: 'shards',
    value: wholeNumber(1, 256, '<number>'),
    default: null,
    defaultProse: 'cores (by cgroup) − 1, at least 1',
    prose: 'Threads that decide for events.',
    group: 'Node',
  }),
  leaseMs: option({
    env: 'USHER_LEASE_MS',
    flag: 'lease-ms',
    value: wholeNumber(500, 600_000, '<milliseconds>'),
    default: 5000,
    prose: "Life of this node's lease in Postgres: the events of a node that died wait that long for another.",
    group: 'Node',
  }),
  demo: option<boolean | null>({
    env: 'USHER_DEMO',
    flag: 'demo',
    value: onOff,
    default: null,
    defaultProse: 'on with the embedded Postgres, else off',
    prose: 'Creates the events `demo`, `demo-round`, `demo-arena` and `demo-stadium`, on sale, where they are missing.',
    group: 'Node',
  }),
  logLevel: option<LogLevel>({
    env: 'USHER_LOG_LEVEL',
    flag: 'log-level',
    value: oneOf(logLevels),
    default: 'info',
    prose: 'What is written to the error output, as lines of JSON.',
    group: 'Node',
  }),

  adminToken: option<string | null>({
    env: 'USHER_ADMIN_TOKEN',
    flag: 'admin-token',
    value: text(/^[!-~]{1,256}$/, '1 to 256 printable ASCII characters without spaces', '<token>'),
    default: null,
    defaultProse: 'generated, printed once at first start',
    prose:
      'Bearer token of the admin port and of writes to the catalogue. Other users of the machine can read flags: prefer the variable.',
    group: 'Access',
    secret: true,
  }),
  sessionTtlMs: option({
    env: 'USHER_SESSION_TTL_MS',
    flag: 'session-ttl-ms',
    value: wholeNumber(1000, 30 * 24 * 3600 * 1000, '<milliseconds>'),
    default: 12 * 3600 * 1000,
    prose: "Life of a session's token; a client renews it before that.",
    group: 'Access',
  }),

  rateLimit: option({
    env: 'USHER_RATE_LIMIT',
    flag: 'rate-limit',
    value: onOff,
    default: true,
    prose: 'Every rate and per-address limit; load tests switch it off.',
    group: 'Rate limits',
  }),
  messagesPerSecond: option({
    env: 'USHER_MESSAGES_PER_SECOND',
    flag: 'messages-per-second',
    value: wholeNumber(1, 1_000_000, '<number>'),
    default: 20,
    prose: 'Messages of one socket; a burst may be twice that.',
    group: 'Rate limits',
  }),
  connectionsPerAddress: option({
    env: 'USHER_CONNECTIONS_PER_ADDRESS',
    flag: 'connections-per-address',
    value: wholeNumber(1, 1_000_000, '<number>'),
    default: 64,
    prose: 'Sockets of one address.',
    group: 'Rate limits',
  }),
  sessionsPerAddress: option({
    env: 'USHER_SESSIONS_PER_ADDRESS',
    flag: 'sessions-per-address',
    value: wholeNumber(1, 1_000_000, '<number>'),
    default: 60,
    prose: 'New sessions of one address in a minute, on each port.',
    group: 'Rate limits',
  }),
};

export type OptionName = keyof typeof options;
export type OptionValues = { readonly [name in OptionName]: (typeof options)[name]['default'] };
export const optionNames = Object.keys(options) as OptionName[];

/** The default as people read it. */
export function shownDefault(entry: Option<unknown>): string {
  if (entry.defaultProse !== undefined) return entry.defaultProse;
  if (typeof entry.default === 'boolean') return entry.default ? 'on' : 'off';
  return String(entry.default);
}
