import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { systemRandom } from '../../lib/random.js';
import { emptyTestDatabase, type TestDatabase } from '../../store/testing/postgres.js';
import { Installation } from './installation.js';
import type { Guest } from './venue.js';
import { WatchedMap } from './watched-map.js';
import { accepted, type Frame, type Subprotocol, subprotocols, WireClient } from './wire-client.js';

// One server with one event, and a neighbour who has a hold there and is served, whatever others send. A test file that imports
// this gets a server of its own.

let database: TestDatabase;
export let installation: Installation;
export let eventId: string;
/** Has a hold on seats 0 and 1 and goes on through all of it. */
export let neighbour: WireClient;
export let neighboursHold: string;
/** Never says hello. */
export let silent: WireClient;

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
  const held = accepted(await neighbour.hold(eventId, newCommandId(), [0, 1]));
  neighboursHold = held.body.holdId;
  // Everybody sees it from here on: an accepted change is published a moment later.
  const witness = await newClient();
  const map = new WatchedMap(eventId);
  await map.watch(witness);
  await map.reached(held.position[1]);
  await witness.close();
});

after(async () => {
  await installation.remove();
  await database.drop();
});

export const newCommandId = (): string => systemRandom.id(12);
export const reqId = 7;

export async function newClient(subprotocol: Subprotocol = 'usher.v1.msgpack', guest?: Guest): Promise<WireClient> {
  return WireClient.connect(installation.liveUrl, (guest ?? (await installation.guest())).token, subprotocol);
}

/** Nothing of what came before has done anything: the neighbour has what it had, and is served. */
export async function assertUnharmed(): Promise<void> {
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
export async function assertRefused(
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
export type Table = readonly (readonly [what: string, number: unknown, fields: readonly unknown[], code?: string])[];

export async function assertTable(table: Table): Promise<void> {
  for (const [what, number, fields, code = '400 bad_frame'] of table) {
    for (const subprotocol of subprotocols) {
      const send = (client: WireClient): void => client.send([number, reqId, ...fields]);
      await assertRefused(`${what}, ${subprotocol}`, subprotocol, send, code, [reqId]);
    }
  }
  await assertUnharmed();
}

export const long = 'x'.repeat(65);
