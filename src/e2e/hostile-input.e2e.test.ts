import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { must } from '../lib/must.js';
import { systemRandom } from '../lib/random.js';
import { emptyTestDatabase, type TestDatabase } from '../store/testing/postgres.js';
import { Installation } from './testing/installation.js';
import { pack } from './testing/message-pack.js';
import type { Guest } from './testing/venue.js';
import { WatchedMap } from './testing/watched-map.js';
import { accepted, type Frame, readAnswer, rejected, type Subprotocol, subprotocols, WireClient } from './testing/wire-client.js';

// Whatever comes over a socket gets its code or its close code as the protocol page has them, and none of it harms a neighbour on
// the same event.

let database: TestDatabase;
let installation: Installation;
let eventId: string;
/** Has a hold on seats 0 and 1 and goes on through all of it. */
let neighbour: WireClient;
let neighboursHold: string;
/** Never says hello. */
let silent: WireClient;

before(async () => {
  database = await emptyTestDatabase();
  installation = await Installation.start({
    databaseUrl: database.url,
    env: {
      USHER_RATE_LIMIT: 'on',
      USHER_CONNECTIONS_PER_ADDRESS: '10000',
      USHER_SESSIONS_PER_ADDRESS: '10000',
    },
  });
  silent = await WireClient.open(installation.liveUrl, 'usher.v1.msgpack');
  eventId = await installation.createEvent({ seats: 100 });
  neighbour = await newClient();
  neighboursHold = accepted(await neighbour.hold(eventId, newCommandId(), [0, 1])).body.holdId;
});

after(async () => {
  await installation.remove();
  await database.drop();
});

const newCommandId = (): string => systemRandom.id(12);
const reqId = 7;

async function newClient(subprotocol: Subprotocol = 'usher.v1.msgpack', guest?: Guest): Promise<WireClient> {
  return WireClient.connect(installation.liveUrl, (guest ?? (await installation.guest())).token, subprotocol);
}

/** Nothing of what came before has done anything: the neighbour has what it had, and is served. */
async function assertUnharmed(): Promise<void> {
  const { holds } = accepted(await neighbour.myHolds(eventId)).body;
  assert.deepEqual(
    holds.map(({ holdId, seats }) => ({ holdId, seats })),
    [{ holdId: neighboursHold, seats: [0, 1] }],
  );
  const { states } = await installation.seats(eventId);
  assert.deepEqual(
    states.flatMap((state, seat) => (state === 0 ? [] : [seat])),
    [0, 1],
  );
}

/** Sends something on a socket of its own. It must be refused with this code, and the socket must go on. */
async function assertRefused(
  what: string,
  subprotocol: Subprotocol,
  send: (client: WireClient) => void,
  code: string,
  reqIds: readonly number[],
): Promise<Frame> {
  const client = await newClient(subprotocol);
  send(client);
  const refusal = await client.frame((frame) => frame[0] === 5, `${what}: a refusal`);
  const [number, answered, given, message, details] = refusal;
  assert.deepEqual([number, given, typeof message, typeof details], [5, code, 'string', 'object'], what);
  assert.ok(reqIds.includes(Number(answered)), `${what}: reqId is ${String(answered)}`);
  assert.equal((await client.ping())[0], 8, `${what}: it goes on`);
  assert.deepEqual(
    client.frames.map((frame) => frame[0]),
    [1, 5, 8],
    `${what}: one answer`,
  );
  await client.close();
  return refusal;
}

/** Frames with their fields behind the reqId, and the code of each. */
type Table = readonly (readonly [what: string, number: unknown, fields: readonly unknown[], code?: string])[];

async function assertTable(table: Table): Promise<void> {
  for (const [what, number, fields, code = '400 bad_frame'] of table) {
    for (const subprotocol of subprotocols) {
      const send = (client: WireClient): void => client.send([number, reqId, ...fields]);
      await assertRefused(`${what}, ${subprotocol}`, subprotocol, send, code, [reqId]);
    }
  }
  await assertUnharmed();
}

const long = 'x'.repeat(65);
const commandId = 'command-1';
const wholeNumbers = ['', '1', -1, 1.5, 2 ** 53, Number.NaN, null, true, [], {}];
const badIds = ['', long, 'a b', 'é', 'a/b', 'a\u0000', 5, null, [], {}];

test('400: frames of no number, and reqIds that are none', async () => {
  const numbers = [0, 17, 99, -1, 1.5, 2 ** 53, '10', null, [], {}];
  await assertTable(numbers.map((number) => [`number ${JSON.stringify(number)}`, number, [eventId]]));
  const messages: unknown[] = [[], [4], {}, 'text', 5, null, true, [[4, 7]], ...[...wholeNumbers, 2 ** 32].map((id) => [4, id])];
  for (const message of messages) {
    for (const subprotocol of subprotocols) {
      const what = `${JSON.stringify(message)}, ${subprotocol}`;
      await assertRefused(what, subprotocol, (client) => client.send(message), '400 bad_frame', [0]);
    }
  }
  await assertUnharmed();
});

test('400: seats that are empty, repeated, negative, fractional, huge, too many, or no list', async () => {
  const lists: [string, unknown][] = [
    ['none', []],
    ['one twice', [5, 5]],
    ['one twice, apart', [5, 6, 5]],
    ['65 of them', Array.from({ length: 65 }, (_, seat) => seat + 5)],
    ['no list', 5],
    ['a map', { 0: 5 }],
    ['a text', '5'],
    ['null', null],
    ...[...wholeNumbers, -(2 ** 53)].map((seat): [string, unknown] => [`[${JSON.stringify(seat)}]`, [seat]]),
    ['a list in a list', [[5]]],
  ];
  await assertTable([
    ...lists.map(([what, seats]) => [`hold ${what}`, 10, [eventId, commandId, seats]] as const),
    ...lists
      .filter(([, seats]) => seats !== null)
      .map(([what, seats]) => [`release ${what}`, 13, [eventId, commandId, neighboursHold, seats]] as const),
    ['hold without seats', 10, [eventId, commandId]],
    ['release without seats or null', 13, [eventId, commandId, neighboursHold]],
  ]);
});

test('400: ids too long, empty or of other characters; order references; bodies; positions', async () => {
  await assertTable([
    ...badIds.flatMap((id): Table => {
      const shown = JSON.stringify(id);
      return [
        [`subscribe to ${shown}`, 2, [id, null]],
        [`my holds of ${shown}`, 16, [id]],
        [`commandId ${shown}`, 10, [eventId, id, [5]]],
        [`holdId ${shown}`, 12, [eventId, commandId, id]],
      ];
    }),
    ['commandId of 7', 10, [eventId, 'seven-7', [5]]],
    ...['', 'x'.repeat(65), 'é', 'a\nb', '\u007f', 5, null, []].map(
      (orderRef) => [`orderRef ${JSON.stringify(orderRef)}`, 14, [eventId, commandId, neighboursHold, { orderRef }]] as const,
    ),
    ...[null, [], 'o', 5, {}].map(
      (body) => [`confirm with ${JSON.stringify(body)}`, 14, [eventId, commandId, neighboursHold, body]] as const,
    ),
    ...[undefined, 5, 'x', {}, [], [1], [1, -1], [1.5, 1], ['1', '1'], [1, 2 ** 53]].flatMap((position): Table => {
      const fields = position === undefined ? [eventId] : [eventId, position];
      return [[`position ${JSON.stringify(position)}`, 2, fields]];
    }),
    ...[null, 5, {}, { token: 5 }, { token: null }].map(
      (body) => [`hello with ${JSON.stringify(body)}`, 1, [body]] as const,
    ),
    ['deep nesting', 10, [eventId, commandId, [[[[[[5]]]]]]]],
    ['best seats, not offered yet', 11, [eventId, commandId, { quantity: 2 }]],
    ['best seats without a number', 11, [eventId, commandId, {}]],
    ['an area without a number', 15, [eventId, commandId, { area: 'a' }]],
  ]);
});

test('404, 413: unknown events, holds, seats and areas; another holder’s hold; too many seats', async () => {
  const free = (count: number): number[] => Array.from({ length: count }, (_, seat) => seat + 5);
  const theirs = neighboursHold;
  await assertTable([
    ['hold in no event', 10, ['nowhere', commandId, [5]], '404 unknown_event'],
    ['watch no event', 2, ['nowhere', null], '404 unknown_event'],
    ['my holds in no event', 16, ['nowhere'], '404 unknown_event'],
    ['extend nothing', 12, [eventId, commandId, 'H1-999999'], '404 unknown_hold'],
    ['extend what is no hold', 12, [eventId, commandId, '__proto__'], '404 unknown_hold'],
    ['release a huge number', 13, [eventId, commandId, `H${'9'.repeat(60)}`, null], '404 unknown_hold'],
    ['confirm nothing', 14, [eventId, commandId, 'H0-0', { orderRef: 'o' }], '404 unknown_hold'],
    ['extend another’s', 12, [eventId, commandId, theirs], '404 unknown_hold'],
    ['release another’s', 13, [eventId, commandId, theirs, null], '404 unknown_hold'],
    ['release seats of another’s', 13, [eventId, commandId, theirs, [0]], '404 unknown_hold'],
    ['confirm another’s', 14, [eventId, commandId, theirs, { orderRef: 'o' }], '404 unknown_hold'],
    ['a place in no area', 15, [eventId, commandId, { area: 'floor', quantity: 1 }], '404 unknown_area'],
    ['9 seats', 10, [eventId, commandId, free(9)], '413 limit_exceeded'],
    ['64 seats', 10, [eventId, commandId, free(64)], '413 limit_exceeded'],
  ]);
  for (const seat of [100, 2 ** 31, 2 ** 32, 2 ** 53 - 1]) {
    for (const subprotocol of subprotocols) {
      const send = (client: WireClient): void => client.send([10, reqId, eventId, commandId, [5, seat]]);
      const [, , , , details] = await assertRefused(`seat ${seat}`, subprotocol, send, '404 unknown_seat', [reqId]);
      assert.deepEqual((details as { seats: number[] }).seats, [seat]);
    }
  }
  await assertUnharmed();
});

test('400: MessagePack that bites: extensions, bombs, nesting, other keys, ends too early, goes on too long', async () => {
  const id = pack(eventId);
  const frame = (head: number[], ...rest: (number[] | Buffer)[]): Buffer =>
    Buffer.concat([Buffer.from(head), ...rest.map((part) => Buffer.from(part))]);
  const rows: [string, Buffer][] = [
    ['nothing', Buffer.alloc(0)],
    ['fixext 1 as a record definition', frame([0x93, 2, reqId], [0xd4, 0x72, 0x40])],
    ['fixext 1', frame([0x93, 4, reqId], [0xd4, 0, 0])],
    ['fixext 16', frame([0x93, 4, reqId], [0xd8, 1], Buffer.alloc(16))],
    ['ext 8', frame([0x93, 4, reqId], [0xc7, 1, 5, 0])],
    ['ext 32 of 4 GB', frame([0x93, 4, reqId], [0xc9, 0xff, 0xff, 0xff, 0xff, 5])],
    ['a timestamp', frame([0x93, 4, reqId], [0xd6, 0xff, 0, 0, 0, 0])],
    ['the byte that is never used', frame([0x93, 4, reqId], [0xc1])],
    ['an array of 2^32 − 1', frame([0xdd, 0xff, 0xff, 0xff, 0xff])],
    ['seats of 2^32 − 1', frame([0x95, 10, reqId], id, pack(commandId), [0xdd, 0xff, 0xff, 0xff, 0xff])],
    ['a map of 2^32 − 1', frame([0x93, 1, reqId], [0xdf, 0xff, 0xff, 0xff, 0xff])],
    ['a text of 4 GB', frame([0x93, 16, reqId], [0xdb, 0xff, 0xff, 0xff, 0xff])],
    ['bytes of 4 GB', frame([0x93, 16, reqId], [0xc6, 0xff, 0xff, 0xff, 0xff])],
    ['bytes as an event', frame([0x93, 16, reqId], [0xc4, 1, 0x65])],
    ['4,000 arrays in each other', Buffer.alloc(4000, 0x91)],
    ['nesting behind a good head', frame([0x93, 4, reqId], Buffer.alloc(2000, 0x91), [0])],
    ['a key that is a number', frame([0x93, 1, reqId], [0x81, 1, 2])],
    ['a key that is a list', frame([0x93, 1, reqId], [0x81, 0x90, 2])],
    ['__proto__ with a token', frame([0x93, 1, reqId], [0x81], pack('__proto__'), pack({ token: 'x' }))],
    ['an end too early', frame([0x93, 4, reqId])],
    ['half a text', frame([0x93, 16, reqId, 0xaa, 0x65])],
    ['a second frame behind it', Buffer.concat([pack([4, reqId]), pack([4, reqId])])],
    ['a reqId of 64 bits', frame([0x92, 4, 0xcf], Buffer.alloc(8, 0xff))],
    ['garbage', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ];
  for (const [what, bytes] of rows) {
    await assertRefused(what, 'usher.v1.msgpack', (client) => client.sendRaw(bytes), '400 bad_frame', [0, reqId]);
  }
  for (const seed of Array.from({ length: 100 }, (_, at) => at)) {
    const client = await newClient();
    // Random bytes are hardly ever a frame; if they are, that is well too.
    client.sendRaw(Buffer.from(Array.from({ length: 1 + seed * 3 }, () => systemRandom.below(256))));
    assert.equal((await client.ping())[0], 8);
    await client.close();
  }
  await assertUnharmed();
});

test('400: text that is no JSON frame, and messages of the other kind', async () => {
  const texts = [
    '',
    'garbage',
    '{',
    '[4,7',
    '[4,7]]',
    '[4,7][4,7]',
    '{"0":4,"1":7}',
    '[1e400,7]',
    "['4',7]",
    '[4,1e400]',
    '"[4,7]"',
    '['.repeat(2000),
    `${'['.repeat(1000)}${']'.repeat(1000)}`,
    `[1,7,{"__proto__":{"token":"x"}}]`,
  ];
  for (const text of texts) {
    const send = (client: WireClient): void => client.sendRaw(text);
    await assertRefused(JSON.stringify(text.slice(0, 40)), 'usher.v1.json', send, '400 bad_frame', [0, reqId]);
  }
  const text = JSON.stringify([4, reqId]);
  await assertRefused('text', 'usher.v1.msgpack', (client) => client.sendRaw(text), '400 bad_frame', [0]);
  await assertRefused('binary', 'usher.v1.json', (client) => client.sendRaw(pack([4, reqId])), '400 bad_frame', [0]);
  await assertUnharmed();
});

test('receivers take every width of integer, integral floats, trailing fields and unknown keys', async () => {
  const widths = ['07', 'cc07', 'cd0007', 'ce00000007', 'cf0000000000000007', 'd007', 'd10007', 'd200000007'];
  const sevens = [...widths, 'd30000000000000007', 'cb401c000000000000'];
  const packed = await newClient();
  const heads = ['92', 'dc0002', 'dd00000002'];
  const pings = [...sevens.map((seven) => `9204${seven}`), ...heads.map((head) => `${head}0407`), '9304 07 a178'];
  for (const ping of pings) packed.sendRaw(Buffer.from(ping.replaceAll(' ', ''), 'hex'));
  await packed.frame(() => packed.frames.length > pings.length, 'every pong');
  assert.deepEqual(
    packed.frames.slice(1).map((frame) => frame.slice(0, 2)),
    pings.map(() => [8, 7]),
  );
  const text = await newClient('usher.v1.json');
  for (const ping of ['[4,7.0]', ' [ 4 , 7e0 ] ', '[4,7,"trailing",{"and":["more"]}]']) text.sendRaw(ping);
  await text.frame(() => text.frames.length > 3, 'every pong');
  assert.deepEqual(
    text.frames.slice(1).map((frame) => frame.slice(0, 2)),
    [1, 2, 3].map(() => [8, 7]),
  );
  const guest = await installation.guest();
  const greeter = await WireClient.open(installation.liveUrl, 'usher.v1.json');
  const welcome = await greeter.ask(1, { token: guest.token, client: 'test', later: { key: 1 } }, 'trailing');
  assert.deepEqual([welcome[0], (welcome[2] as Guest).holderId], [1, guest.holderId]);
  await Promise.all([packed, text, greeter].map((client) => client.close()));
});

test('a message of 4,096 bytes is taken, one of 4,097 closes its socket', async () => {
  for (const subprotocol of subprotocols) {
    const sized = (bytes: number): string | Buffer => {
      const isText = subprotocol === 'usher.v1.json';
      const encode = (fill: number): string | Buffer => {
        const frame = [4, reqId, 'x'.repeat(fill)];
        return isText ? JSON.stringify(frame) : pack(frame);
      };
      return encode(bytes - (encode(3000).length - 3000));
    };
    assert.equal(sized(4096).length, 4096);
    const client = await newClient(subprotocol);
    client.sendRaw(sized(4096));
    await client.frame((frame) => frame[0] === 8, 'the pong');
    client.sendRaw(sized(4097));
    const code = await client.closed;
    assert.ok([1009, 1006].includes(code), `close code ${code}`);
    assert.equal(client.frames.length, 2);
  }
  await assertUnharmed();
});

test('text that is not UTF-8 ends its socket (RFC 6455, section 8.1) and harms nobody else', async () => {
  const client = await newClient('usher.v1.json');
  client.sendRaw(Buffer.from([0x5b, 0x34, 0x2c, 0xff, 0xfe, 0x5d]), true);
  const code = await client.closed;
  assert.ok([1007, 1006].includes(code), `close code ${code}`);
  await assertUnharmed();
});

test('4004: after ten bad frames, each of them answered', async () => {
  const client = await newClient();
  for (let bad = 0; bad < 12; bad += 1) client.send([99, bad]);
  assert.equal(await client.closed, 4004);
  assert.deepEqual(
    client.frames.slice(1).map((frame) => frame.slice(0, 3)),
    Array.from({ length: 10 }, (_, bad) => [5, bad, '400 bad_frame']),
  );
  await assertUnharmed();
});

test('401, then 4001: the first frame is no hello, or its token is not good', async () => {
  const { token } = await installation.guest();
  const tampered = `${token.slice(0, -4)}${token.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
  const frames: unknown[][] = [
    [4, reqId],
    [2, reqId, eventId, null],
    [10, reqId, eventId, commandId, [5]],
    ...[tampered, '', 'x', 'a.b.c', `${token}x`, 'x'.repeat(3000)].map((bad) => [1, reqId, { token: bad }]),
  ];
  for (const [at, frame] of frames.entries()) {
    const client = await WireClient.open(installation.liveUrl, subprotocols[at % 2] ?? 'usher.v1.json');
    client.send(frame);
    client.send([10, 8, eventId, newCommandId(), [5]]);
    assert.equal(await client.closed, 4001, JSON.stringify(frame));
    assert.deepEqual(
      client.frames.map((answer) => answer.slice(0, 3)),
      [[5, reqId, '401 unauthorized']],
    );
  }
  await assertUnharmed();
});

test('frames may follow the hello at once and are handled in order', async () => {
  const { token } = await installation.guest();
  const client = await WireClient.open(installation.liveUrl, 'usher.v1.msgpack');
  client.send([1, 1, { token }]);
  client.send([4, 2]);
  client.send([2, 3, eventId, null]);
  await client.frame((frame) => frame[0] === 2, 'the snapshot');
  assert.deepEqual(
    client.frames.map((frame) => frame[0]),
    [1, 8, 4, 2],
  );
  await client.close();
});

test('a later hello renews; of another holder it is 403, of a bad token 401, and the socket goes on', async () => {
  const guest = await installation.guest();
  const client = await newClient('usher.v1.msgpack', guest);
  const renewed = await installation.live('POST', '/v1/sessions', { token: guest.token, body: {} });
  const { token, holderId } = renewed.body as Guest;
  assert.deepEqual([renewed.status, holderId], [201, guest.holderId]);
  const welcome = await client.hello(token);
  assert.deepEqual([welcome[0], (welcome[2] as Guest).holderId], [1, guest.holderId]);
  rejected(readAnswer(await client.hello((await installation.guest()).token)), '403 forbidden');
  rejected(readAnswer(await client.hello('bad')), '401 unauthorized');
  assert.deepEqual(accepted(await client.myHolds(eventId)).body, { holds: [] });
  await client.close();
});

test('4009: a holder’s ninth socket closes the oldest', async () => {
  const guest = await installation.guest();
  const clients: WireClient[] = [];
  for (let at = 0; at < 8; at += 1) clients.push(await newClient(subprotocols[at % 2], guest));
  const ninth = await newClient('usher.v1.msgpack', guest);
  assert.equal(await clients[0]?.closed, 4009);
  for (const client of [...clients.slice(1), ninth]) {
    assert.equal((await client.ping())[0], 8);
    await client.close();
  }
  await assertUnharmed();
});

test('429 over the message rate, without effect and with when to come again; 4029 after a hundred in a row', async () => {
  const client = await newClient();
  const flood = 60;
  const pings = Promise.all(Array.from({ length: flood }, () => client.ping()));
  rejected(await client.hold(eventId, newCommandId(), [50]), '429 slow_down');
  const answers = await pings;
  const pongs = answers.filter((frame) => frame[0] === 8).length;
  assert.ok(pongs >= 40 && pongs < flood, `${pongs} of ${flood} passed`);
  for (const frame of answers) {
    if (frame[0] === 8) continue;
    const { details } = rejected(readAnswer(frame), '429 slow_down');
    assert.ok(must(details.retryAfterMs, 'retryAfterMs') > 0);
  }
  assert.equal(client.isClosed, false);

  const flooder = await newClient();
  for (let message = 0; message < 300; message += 1) flooder.send([4, message]);
  assert.equal(await flooder.closed, 4029);
  const codes = flooder.frames.map((frame) => (frame[0] === 5 ? frame[2] : frame[0]));
  assert.deepEqual(new Set(codes), new Set([1, 8, '429 slow_down']));
  assert.ok(codes.slice(-100).every((code) => code === '429 slow_down'));

  await assertUnharmed();
  await client.close();
});

test('a position that is not resumable is answered with a snapshot', async () => {
  const client = await newClient();
  const { position } = await installation.seats(eventId);
  for (const asked of [[position[0] + 1, position[1]], [position[0], position[1] + 1000], [0, 0], [2 ** 53 - 1, 2 ** 53 - 1]]) {
    const framesBefore = client.frames.length;
    assert.deepEqual((await client.ask(2, eventId, asked)).slice(2), [position, {}]);
    const map = await client.frame((frame) => client.frames.indexOf(frame) > framesBefore, 'the map');
    assert.deepEqual([map[0], map[2]], [2, position], `for ${asked.join()}`);
    await client.ask(3, eventId);
  }
  await client.close();
});

test('413 and 422: limits of holders and holds, events not yet and no longer on sale, 403 where only a server confirms', async () => {
  const client = await newClient();
  const small = await installation.createEvent({ seats: 40, limits: { seatsPerHold: 3, holdsPerHolder: 2, seatsPerHolder: 5 } });
  rejected(await client.hold(small, newCommandId(), [0, 1, 2, 3]), '413 limit_exceeded');
  const first = accepted(await client.hold(small, newCommandId(), [0, 1, 2])).body;
  rejected(await client.hold(small, newCommandId(), [3, 4, 5]), '413 limit_exceeded');
  accepted(await client.hold(small, newCommandId(), [3]));
  rejected(await client.hold(small, newCommandId(), [4]), '413 limit_exceeded');
  for (let extension = 0; extension < 2; extension += 1) {
    accepted(await client.extend(small, newCommandId(), first.holdId));
  }
  rejected(await client.extend(small, newCommandId(), first.holdId), '413 limit_exceeded');
  rejected(await client.release(small, newCommandId(), first.holdId, [0, 3]), '404 unknown_hold');
  assert.deepEqual(accepted(await client.release(small, newCommandId(), first.holdId, [0])).body.remaining, [1, 2]);
  rejected(await client.release(small, newCommandId(), first.holdId, [0]), '404 unknown_hold');

  const early = await installation.createEvent({ seats: 4, onSaleAt: '2098-01-01T00:00:00Z' });
  const notYet = rejected(await client.hold(early, newCommandId(), [0]), '422 not_on_sale');
  assert.ok(must(notYet.details.retryAfterMs, 'retryAfterMs') > 0);
  const late = await installation.createEvent({ seats: 4, closesAt: '2020-01-01T00:00:00Z' });
  rejected(await client.hold(late, newCommandId(), [0]), '422 not_on_sale');

  const served = await installation.createEvent({ seats: 4, confirmBy: 'server' });
  const { holdId } = accepted(await client.hold(served, newCommandId(), [0])).body;
  rejected(await client.confirm(served, newCommandId(), holdId, 'o'), '403 forbidden');
  await client.close();
});

test('HTTP 400 without a known subprotocol, 403 from a page of elsewhere', async () => {
  const url = installation.liveUrl;
  assert.equal(await upgradeStatus(url, []), 400);
  assert.equal(await upgradeStatus(url, ['usher.v2.msgpack', 'chat']), 400);
  assert.equal(await upgradeStatus(url, ['chat', 'usher.v1.json']), 101);
  const origins = [
    ['http://127.0.0.1:1234', 101],
    ['https://127.0.0.1', 101],
    ['http://evil.example', 403],
    ['http://127.0.0.1.evil.example', 403],
    ['null', 403],
    ['garbage', 403],
  ] as const;
  for (const [origin, status] of origins) {
    assert.equal(await upgradeStatus(url, ['usher.v1.msgpack'], { origin }), status, origin);
  }
  await assertUnharmed();
});

test('the map has been the same for everybody all the time', async () => {
  const map = new WatchedMap(eventId);
  await map.watch(neighbour);
  const { body, position } = accepted(await neighbour.hold(eventId, newCommandId(), [2]));
  assert.equal(position[1], 3, 'the event was opened, the neighbour held twice: nobody else has changed anything');
  await map.reached(position[1]);
  assert.deepEqual(map.states.slice(0, 4), [1, 1, 1, 0]);
  accepted(await neighbour.release(eventId, newCommandId(), body.holdId));
  map.assertSound();
});

test('4001: no hello within 5 s', async () => {
  assert.equal(await silent.closed, 4001);
  assert.deepEqual(silent.frames, []);
});

async function upgradeStatus(url: string, protocols: string[], headers: Record<string, string> = {}): Promise<number> {
  const socket = new WebSocket(url, protocols, { headers });
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.close();
      resolve(101);
    });
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.once('error', reject);
  });
}
