import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createAdminSurface } from '../admin/admin-surface.js';
import { TestNode } from '../admin/testing/test-node.js';
import { systemClock } from '../lib/clock.js';
import { hashOfToken } from '../store/settings.js';
import { quietLog } from '../store/testing/quiet-log.js';
import { nodesTable } from './operator-command.js';

const mainFile = fileURLToPath(new URL('../main.js', import.meta.url));
const adminToken = 'the-admin-token';

interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('usher nodes, move, drain', () => {
  const node = new TestNode({ started: true, draining: false, dependencies: [] });
  let server: Awaited<ReturnType<typeof createAdminSurface>>;
  let port: number;

  before(async () => {
    const adminTokenHash = hashOfToken(adminToken);
    server = await createAdminSurface({ node, clock: systemClock, log: quietLog, adminTokenHash });
    await server.listen({ host: '127.0.0.1', port: 0 });
    ({ port } = server.server.address() as AddressInfo);
  });
  after(() => server.close());

  function usher(words: readonly string[], env: Record<string, string> = {}): Promise<Output> {
    const settings = { USHER_ADMIN_PORT: String(port), USHER_ADMIN_TOKEN: adminToken, ...env };
    return new Promise((resolve) => {
      execFile(process.execPath, [mainFile, ...words], { env: settings }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  }

  test('each is asked of the admin port, and says what became of it', async () => {
    assert.deepEqual(await usher(['nodes']), {
      code: 0,
      stdout: nodesTable(await node.nodes().then((answer) => (answer.kind === 'answer' ? answer.value : []))),
      stderr: '',
    });
    assert.deepEqual(await usher(['move', 'e1', 'n2']), { code: 0, stdout: 'e1 is with n2\n', stderr: '' });
    assert.deepEqual(node.moves, ['e1 to n2']);
    const drained = await usher(['drain', 'n2']);
    assert.equal(drained.code, 0);
    assert.match(drained.stdout, /^n2 gives its events away \(3\)/);
    assert.deepEqual(node.drained, ['n2']);
  });

  test('what cannot be done is one line with the reason', async () => {
    const refused = async (words: readonly string[], env: Record<string, string>, text: RegExp): Promise<void> => {
      const { code, stdout, stderr } = await usher(words, env);
      assert.deepEqual([code, stdout, stderr.trimEnd().split('\n').length], [1, '', 1], stderr);
      assert.match(stderr, text);
    };
    node.moveOutcome = { kind: 'unknownEvent' };
    await refused(['move', 'e9', 'n2'], {}, /there is none: eventId is e9/);
    node.moveOutcome = { kind: 'unknownNode', livingNodes: ['n1'] };
    await refused(['move', 'e1', 'n9'], {}, /no such node lives; those that do: n1/);
    await refused(['nodes'], { USHER_ADMIN_TOKEN: 'another' }, /USHER_ADMIN_TOKEN is not the token of the server/);
    await refused(['nodes'], { USHER_ADMIN_TOKEN: '' }, /set USHER_ADMIN_TOKEN/);

    const stranger = createServer((_, response) => response.end('hello'));
    await once(stranger.listen(0, '127.0.0.1'), 'listening');
    const strangersPort = String((stranger.address() as AddressInfo).port);
    await refused(['nodes'], { USHER_ADMIN_PORT: strangersPort }, /no admin port of Usher/);
    await new Promise((resolve) => stranger.close(resolve));
    await refused(['nodes'], { USHER_ADMIN_PORT: strangersPort }, /no server answers at http:\/\/127\.0\.0\.1:\d+/);
  });

  test('nodes stand in columns; of one that was not heard lately there is no load', () => {
    const one = { nodeId: 'a', url: 'ws://a/', leaseExpiresInMs: 4900, events: 12, shards: 3, version: '1.0.0' };
    const two = { ...one, nodeId: 'longer', url: 'ws://longer/', events: 0, draining: true };
    const load = {
      sockets: 1200,
      subscriptions: 1300,
      commandsPerSecond: 340,
      mailboxCommands: 2,
      commitMs: null,
      postgresLatencyMs: 1.2,
      eventLoopDelayMs: 11.3,
      measuredMsAgo: 420,
    };
    assert.equal(
      nodesTable([{ ...one, draining: false, load }, two]),
      [
        'NODE    URL           LEASE    EVENTS  SHARDS  VERSION  STATE     SOCKETS  COMMANDS/S  WAITING  COMMIT  POSTGRES  DELAY',
        'a       ws://a/       4900 ms  12      3       1.0.0    serving   1200     340         2        -       1.2 ms    11.3 ms',
        'longer  ws://longer/  4900 ms  0       3       1.0.0    draining  -        -           -        -       -         -',
        '',
      ].join('\n'),
    );
  });
});
