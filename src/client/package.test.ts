import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

// `usher/client` as other people get it: what `npm pack` packs, installed beside what it depends on and nothing else.

const root = fileURLToPath(new URL('../../..', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'usher-consumer-'));

before(() => {
  const installed = join(project, 'node_modules', 'usher');
  mkdirSync(installed, { recursive: true });
  run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', project], root);
  const tarball = readdirSync(project).find((name) => name.endsWith('.tgz')) ?? '';
  run('tar', ['-xzf', join(project, tarball), '-C', installed, '--strip-components=1'], project);
  symlinkSync(join(root, 'node_modules', 'msgpackr'), join(project, 'node_modules', 'msgpackr'));
  writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module' }));
});

after(() => rmSync(project, { recursive: true, force: true }));

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 60_000 });
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${String(error ?? '')}\n${stdout}${stderr}`);
  return stdout;
}

/** Knows neither the DOM nor Node: what it uses of either it declares. */
const plainProgram = `
  import { connectUsher, listEvents, memorySessionStore, readChart, readEvent, UsherError } from 'usher/client';
  import type {
    AreaShape, Chart, Code, ConnectionState, EventDetails, LiveArea, LiveSeatMap, OwnBooking, OwnHold, SeatState,
    SessionStore, SocketConstructor, UsherClient, UsherOptions,
  } from 'usher/client';

  declare const WebSocket: SocketConstructor;
  const store: SessionStore = memorySessionStore();
  const options: UsherOptions = { liveUrl: 'ws://h/v1/live', sessionsUrl: '/v1/sessions', webSocket: WebSocket, sessionStore: store };
  const client: UsherClient = connectUsher(options);
  client.onConnectionState((state: ConnectionState) => { if (state.kind === 'backingOff') state.retryInMs.toFixed(); });

  export async function use(): Promise<void> {
    const events: readonly EventDetails[] = await listEvents('');
    const chart: Chart = await readChart('', events[0]?.eventId ?? '');
    const shapes: AreaShape[] = chart.areas.map(({ shape }) => shape);
    for (const shape of shapes) if (shape.type === 'polygon') shape.points.map(([x, y]) => x + y);
    const { prices } = await readEvent('', 'e');
    const price: number | undefined = prices['all'];
    const map: LiveSeatMap = client.subscribe('e');
    for await (const { seats, areas, ownHolds } of map) if (areas || ownHolds || seats.length > 0) break;
    const state: SeatState = map.state(0);
    const area: LiveArea | null = map.areaOf('floor');
    const own: readonly OwnHold[] = map.ownHolds;
    try {
      const { holdId } = await client.holdBest('e', { quantity: 2, together: false });
      await client.release('e', holdId, { quantity: 1 });
      await client.release('e', holdId, [1]);
      await client.holdArea('e', 'floor', 3, { commandId: 'order-0001' });
    } catch (error) {
      if (!(error instanceof UsherError)) throw error;
      const code: Code = error.code;
      if (code === 'not_available') await client.hold('e', error.alternatives[0] ?? []);
    }
    const bookings: readonly OwnBooking[] = await client.myBookings();
    void [price, state, area, own, bookings];
  }
`;

/** In a page everything has a default, and the DOM's own types fit. */
const pageProgram = `
  import { connectUsher } from 'usher/client';
  const client = connectUsher({ liveUrl: 'ws://h/v1/live', sessionsUrl: '/v1/sessions' });
  connectUsher({ liveUrl: '', sessionsUrl: '', webSocket: WebSocket, fetch: (url, request) => fetch(url, request) }).close();
  export const held = client.hold('e', [1], { signal: AbortSignal.timeout(1_000) });
`;

for (const [moduleResolution, module] of [
  ['nodenext', 'nodenext'],
  ['bundler', 'esnext'],
]) {
  for (const [program, text, lib] of [
    ['plain.ts', plainProgram, ['es2023']],
    ['page.ts', pageProgram, ['es2023', 'dom']],
  ] as const) {
    test(`types: ${program} compiles strictly with moduleResolution ${moduleResolution}`, () => {
      const options = {
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        noEmit: true,
        target: 'es2023',
        types: [],
        lib,
        module,
        moduleResolution,
      };
      writeFileSync(join(project, program), text);
      writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: [program] }));
      run(join(root, 'node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.json'], project);
    });
  }
}

test('a program in Node lives while a command is under way, although nobody is there, and ends once it is closed', () => {
  const program = `
    import { connectUsher, UsherError } from 'usher/client';
    class NobodyThere {
      #onClose = () => {};
      addEventListener(type, listener) { if (type === 'close') this.#onClose = listener; }
      constructor() { queueMicrotask(() => this.#onClose({ code: 1006 })); }
      send() {}
      close() {}
    }
    const expiresInMs = 3_600_000;
    const body = { token: 't', holderId: 'h', expiresInMs };
    const client = connectUsher({
      liveUrl: 'ws://nobody.test/v1/live',
      sessionsUrl: 'http://nobody.test/v1/sessions',
      webSocket: NobodyThere,
      fetch: async () => ({ status: 201, headers: new Headers(), json: async () => body }),
      commandTimeoutMs: 700,
    });
    const error = await client.hold('e', [1]).catch((reason) => reason);
    client.close();
    console.log(error instanceof UsherError, error.code);
  `;
  writeFileSync(join(project, 'program.js'), program);
  assert.equal(run(process.execPath, ['program.js'], project), 'true unavailable\n');
});

test('without a WebSocket the message says what to pass', () => {
  const program = `
    import { connectUsher } from 'usher/client';
    try { connectUsher({ liveUrl: 'ws://h/v1/live', sessionsUrl: 'http://h/v1/sessions' }); }
    catch (error) { console.log(error.name, error.message.includes('webSocket')); }
  `;
  writeFileSync(join(project, 'bare.js'), program);
  assert.equal(run(process.execPath, ['bare.js'], project), 'TypeError true\n');
});
