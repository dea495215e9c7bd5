import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UsageError } from '../lib/usage-error.js';
import { usableCores } from './cores.js';
import { loadConfiguration } from './load.js';
import { optionNames, options } from './options.js';

const refusal = (argv: string[], environment: Record<string, string>): string => {
  try {
    loadConfiguration(argv, environment);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    assert.equal(error.message.includes('\n'), false);
    return error.message;
  }
  return assert.fail(`accepted: ${argv.join(' ')} ${JSON.stringify(environment)}`);
};

describe('the option table', () => {
  test('every name of the protocol page, section 6, has its default', () => {
    const documented = {
      USHER_WEB_PORT: 8080,
      USHER_LIVE_PORT: 8081,
      USHER_ADMIN_PORT: 9090,
      USHER_HOST: '127.0.0.1',
      USHER_ADMIN_HOST: '127.0.0.1',
      USHER_DATA_DIR: './data',
      DATABASE_URL: null,
      REDIS_URL: null,
      USHER_SHARDS: null,
      USHER_ADMIN_TOKEN: null,
      USHER_ALLOWED_ORIGINS: [],
      USHER_TRUSTED_PROXIES: [],
      USHER_RATE_LIMIT: true,
      USHER_MESSAGES_PER_SECOND: 20,
      USHER_CONNECTIONS_PER_ADDRESS: 64,
      USHER_SESSIONS_PER_ADDRESS: 60,
      USHER_NODE_ID: null,
      USHER_PUBLIC_LIVE_URL: null,
      USHER_LEASE_MS: 5000,
    };
    const table = new Map(optionNames.map((name) => [options[name].env, options[name].default]));
    for (const [name, value] of Object.entries(documented)) assert.deepEqual(table.get(name), value, name);
  });

  test('no two options share a variable or a flag, and a flag is its variable in small letters', () => {
    const table = optionNames.map((name) => options[name]);
    assert.equal(new Set(table.map(({ env }) => env)).size, table.length);
    assert.equal(new Set(table.map(({ flag }) => flag)).size, table.length);
    for (const { env, flag } of table) {
      assert.equal(
        flag,
        env
          .replace(/^USHER_/, '')
          .toLowerCase()
          .replaceAll('_', '-'),
      );
    }
  });

  test('every default is a value that its option takes', () => {
    for (const name of optionNames) {
      const { default: value, env } = options[name];
      if (value === null) continue;
      assert.ok(typeof value !== 'object' || Array.isArray(value), `no text is known for the default of ${env}`);
      const text = Array.isArray(value) ? value.join(',') : typeof value === 'boolean' ? 'on' : String(value);
      const expected = typeof value === 'boolean' ? true : value;
      assert.deepEqual(loadConfiguration([], text === '' ? {} : { [env]: text })[name as 'host'], expected, env);
    }
  });
});

describe('loadConfiguration', () => {
  test('without anything set: the defaults, shards by cores, and the demo with the embedded Postgres', () => {
    const configuration = loadConfiguration([], { PATH: '/bin' });
    assert.equal(configuration.webPort, 8080);
    assert.equal(configuration.shards, Math.max(1, usableCores() - 1));
    assert.equal(configuration.demo, true);
    assert.equal(configuration.redisUrl, null);
  });

  test('with an existing database there is no demo unless it is asked for', () => {
    const environment = { DATABASE_URL: 'postgres://u@h/d' };
    assert.equal(loadConfiguration([], environment).demo, false);
    assert.equal(loadConfiguration(['--demo', 'on'], environment).demo, true);
    assert.equal(loadConfiguration([], { USHER_DEMO: 'off' }).demo, false);
  });

  test('a flag wins over its variable, in both spellings; the last of two flags counts', () => {
    assert.equal(loadConfiguration(['--web-port', '20001'], { USHER_WEB_PORT: '20002' }).webPort, 20_001);
    assert.equal(loadConfiguration(['start', '--web-port=20001'], {}).webPort, 20_001);
    assert.equal(loadConfiguration(['--web-port=20001', '--web-port=20003'], {}).webPort, 20_003);
  });

  test('an empty variable counts as unset', () => {
    const empty = Object.fromEntries(optionNames.map((name) => [options[name].env, '']));
    assert.deepEqual(loadConfiguration([], empty), loadConfiguration([], {}));
  });

  test('lists are split, trimmed, and brought into one form', () => {
    const { allowedOrigins, trustedProxies } = loadConfiguration([], {
      USHER_ALLOWED_ORIGINS: 'https://A.example/, http://b.example:8443,',
      USHER_TRUSTED_PROXIES: '10.0.0.7, 10.1.0.0/16,fd00::/8',
    });
    assert.deepEqual(allowedOrigins, ['https://a.example', 'http://b.example:8443']);
    assert.deepEqual(trustedProxies, ['10.0.0.7', '10.1.0.0/16', 'fd00::/8']);
  });

  test('a public live URL is brought into one form', () => {
    assert.equal(
      loadConfiguration([], { USHER_PUBLIC_LIVE_URL: 'wss://Live.example/' }).publicLiveUrl,
      'wss://live.example',
    );
  });

  const bad: [env: string, ...values: string[]][] = [
    ['USHER_WEB_PORT', '-1', '65536', '80a', '1e3', ' 80', '8080.0', 'tcp://10.0.0.1:8080'],
    ['USHER_SHARDS', '0', '257', 'many'],
    ['USHER_LEASE_MS', '0', '499'],
    ['USHER_RATE_LIMIT', 'true', 'ON', '1', 'constructor'],
    ['USHER_LOG_LEVEL', 'verbose'],
    ['USHER_HOST', 'a b', 'http://a'],
    ['USHER_NODE_ID', 'a b', 'ä', 'x'.repeat(65)],
    ['USHER_PUBLIC_LIVE_URL', 'live.example', 'ftp://live.example', 'wss://u:p@live.example', 'wss://live.example?a=1'],
    ['USHER_ALLOWED_ORIGINS', 'a.example', 'https://a.example/path', 'https://a.example,nonsense', 'null'],
    ['USHER_TRUSTED_PROXIES', '10.0.0', '10.0.0.0/33', 'fd00::/129', 'fe80::1%eth0', '10.0.0.0/8/8', 'proxy.example'],
    ['DATABASE_URL', 'mysql://h/d', 'h:5432'],
    ['REDIS_URL', 'h:6379', 'http://h', 'redis://a,b', 'redis://h/1', 'redis+sentinel://a'],
    ['USHER_ADMIN_TOKEN', 'two words', 'ü'],
  ];
  for (const [env, ...values] of bad) {
    test(`what ${env} does not take is refused by name: ${values.join(' | ')}`, () => {
      for (const value of values)
        assert.match(refusal([], { [env]: value }), new RegExp(`^Cannot use ${env} as it must be `));
    });
  }

  test('a refusal names the flag where the flag was wrong, and the value', () => {
    assert.equal(
      refusal(['--web-port=x'], { USHER_WEB_PORT: '20001' }),
      'Cannot use --web-port as it must be a whole number from 0 to 65535: value is "x"',
    );
  });

  test('a secret is never repeated', () => {
    for (const name of ['USHER_ADMIN_TOKEN', 'DATABASE_URL', 'REDIS_URL'] as const) {
      assert.equal(refusal([], { [name]: 'hunter2 hunter2' }).includes('hunter2'), false);
    }
  });

  test('an empty flag is a mistake, not unset', () => {
    assert.match(refusal(['--web-port='], {}), /^Cannot use --web-port as it must be/);
  });

  test('a slip in a flag or a variable is refused with what was probably meant', () => {
    assert.match(refusal(['--web-prot=1'], {}), /did you mean --web-port\?$/);
    assert.match(refusal(['--admintoken=x'], {}), /did you mean --admin-token\?$/);
    assert.match(refusal(['--nothing-like-it'], {}), /usher --help lists them$/);
    assert.match(refusal(['-p', '1'], {}), /no such option/);
    assert.match(refusal([], { USHER_WEB_PROT: '1' }), /did you mean USHER_WEB_PORT\?$/);
    assert.match(refusal([], { USHER_SHARD: '1' }), /did you mean USHER_SHARDS\?$/);
  });

  test('variables of others that begin alike are left alone', () => {
    const others = { USHER_SERVICE_HOST: '10.0.0.1', USHER_PORT: 'tcp://10.0.0.1:80', USHER_TEST_DATABASE_URL: 'x' };
    assert.deepEqual(loadConfiguration([], others), loadConfiguration([], {}));
  });

  test('a flag without its value is refused, also where another flag follows', () => {
    assert.match(refusal(['--web-port'], {}), /its value is missing/);
    assert.match(refusal(['--node-id', '--demo', 'on'], {}), /^Cannot read --node-id as its value is missing/);
  });

  test('two ports may not be the same, unless the system chooses them', () => {
    assert.equal(
      refusal([], { USHER_LIVE_PORT: '8080' }),
      'Cannot start as two ports are the same: set USHER_WEB_PORT or USHER_LIVE_PORT to another than 8080',
    );
    const { webPort, livePort, adminPort } = loadConfiguration(['--web-port=0', '--live-port=0', '--admin-port=0'], {});
    assert.deepEqual([webPort, livePort, adminPort], [0, 0, 0]);
  });

  test('a cluster needs a database that all its nodes reach', () => {
    assert.match(
      refusal([], { REDIS_URL: 'redis://h' }),
      /^Cannot start a cluster on the embedded Postgres .* set DATABASE_URL/,
    );
    const { redisUrl } = loadConfiguration(['--redis-url=redis://h'], { DATABASE_URL: 'postgres://u@h/d' });
    assert.equal(redisUrl?.kind, 'single');
  });
});
