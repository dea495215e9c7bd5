import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom } from '../lib/random.js';
import { pack } from './testing/message-pack.js';
import {
  assertRefused,
  assertTable,
  assertUnharmed,
  eventId,
  installation,
  long,
  neighboursHold,
  newClient,
  reqId,
  type Table,
} from './testing/neighbourhood.js';
import type { Guest } from './testing/venue.js';
import { subprotocols, WireClient } from './testing/wire-client.js';

// Whatever comes over a socket gets its code as the protocol page has it, and none of it harms a neighbour on the same event.

const commandId = 'command-1';
const wholeNumbers = ['', '1', -1, 1.5, 2 ** 53, Number.NaN, null, true, [], {}];
const badIds = ['', long, 'a b', 'é', 'a/b', 'a\u0000', 5, null, [], {}];

test('400: frames of no number, and reqIds that are none', async () => {
  const numbers = [0, 17, 99, -1, 1.5, 2 ** 53, '10', null, [], {}];
  await assertTable(numbers.map((number) => [`number ${JSON.stringify(number)}`, number, [eventId]]));
  const messages: unknown[] = [
    [],
    [4],
    {},
    'text',
    5,
    null,
    true,
    [[4, 7]],
    ...[...wholeNumbers, 2 ** 32].map((id) => [4, id]),
  ];
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
      (orderRef) =>
        [`orderRef ${JSON.stringify(orderRef)}`, 14, [eventId, commandId, neighboursHold, { orderRef }]] as const,
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
    ...[
      {},
      { quantity: 0 },
      { quantity: '2' },
      { quantity: 2, categories: 'any' },
      { quantity: 2, sections: [5] },
      { quantity: 2, together: 1 },
      { quantity: 2, accessible: 3 },
      { quantity: 2, near: -1 },
    ].map((wish) => [`best seats ${JSON.stringify(wish)}`, 11, [eventId, commandId, wish]] as const),
    ['so many places of a hold that are none', 13, [eventId, commandId, neighboursHold, null, 0]],
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
