import { z } from 'zod';
import { closeCodes, codeNumbers } from '../../protocol/codes.js';
import { downFrameSchemas, upFrameSchemas } from '../../protocol/frame-schemas.js';
import { subprotocols } from '../../protocol/subprotocols.js';

/** What each frame is for, in the words of the protocol page. `answers`: the frames of the server that may answer it. */
const upFrames = {
  1: { name: 'hello', summary: 'The first frame: says who comes, and later renews the token.', answers: [1, 5] },
  2: { name: 'subscribe', summary: 'Follows an event, from a position where it is resumable.', answers: [4, 5] },
  3: { name: 'unsubscribe', summary: 'Follows it no longer.', answers: [4, 5] },
  4: { name: 'ping', summary: 'Asks for a sign of life and the server’s time.', answers: [8] },
  10: { name: 'hold', summary: 'Holds these seats, all or none.', answers: [4, 5] },
  11: { name: 'holdBest', summary: 'Holds the best seats that are free.', answers: [4, 5] },
  12: { name: 'extend', summary: 'Sets the remaining time to the full hold time again.', answers: [4, 5] },
  13: { name: 'release', summary: 'Gives back seats, a number of places, or the whole hold.', answers: [4, 5] },
  14: { name: 'confirm', summary: 'Turns a hold into a booking.', answers: [4, 5] },
  15: { name: 'holdArea', summary: 'Holds places of a general-admission area.', answers: [4, 5] },
  16: { name: 'myHolds', summary: 'Asks for one’s own live holds.', answers: [4, 5] },
} as const satisfies Readonly<Record<keyof typeof upFrameSchemas, UpFrameDescription>>;

const downFrames = {
  1: { name: 'welcome', summary: 'Answers hello.' },
  2: {
    name: 'snapshot',
    summary: 'The whole map: two bits a seat, and the counts of each area. Replaces what was known.',
  },
  3: { name: 'delta', summary: 'Seats and areas that changed after fromSeq, as at toSeq.' },
  4: { name: 'accepted', summary: 'The command was committed at this position.' },
  5: { name: 'rejected', summary: `Refused, with one of: ${codes()}.` },
  6: { name: 'holdEnded', summary: 'A hold of this holder ended elsewhere, or by time.' },
  7: { name: 'goAway', summary: 'Finish and reconnect, for that event only where one is named.' },
  8: { name: 'pong', summary: 'Answers ping.' },
  9: { name: 'holdChanged', summary: 'A hold of this holder was made, extended or partly released elsewhere.' },
} as const satisfies Readonly<Record<keyof typeof downFrameSchemas, { name: string; summary: string }>>;

interface UpFrameDescription {
  readonly name: string;
  readonly summary: string;
  readonly answers: readonly (keyof typeof downFrameSchemas)[];
}

/**
 * The socket as an AsyncAPI 3 document, for the JSON encoding (in MessagePack the same arrays travel as binary messages, and
 * states as bytes).
 * @param liveUrl `ws://host:8081/v1/live`
 */
export function asyncApiDocument(liveUrl: string, version: string): object {
  const { host, protocol, pathname } = new URL(liveUrl);
  return {
    asyncapi: '3.0.0',
    id: 'urn:usher:live',
    info: {
      title: 'Usher live',
      version,
      description: `Live seat maps and seat commands over one WebSocket. Subprotocols: ${subprotocols.join(', ')}. Close codes: ${closings()}.`,
    },
    defaultContentType: 'application/json',
    servers: { live: { host, protocol: protocol.slice(0, -1), description: 'The live port' } },
    channels: {
      live: {
        address: pathname,
        servers: [{ $ref: '#/servers/live' }],
        messages: Object.fromEntries([...allUp(), ...allDown()].map(({ key }) => [key, { $ref: messageRef(key) }])),
        bindings: { ws: { method: 'GET' } },
      },
    },
    operations: {
      ...Object.fromEntries(allUp().map((up) => [up.key, receiveOperation(up)])),
      send: {
        action: 'send',
        channel: { $ref: '#/channels/live' },
        summary: 'What the server sends by itself',
        messages: allDown().map(({ key }) => ({ $ref: channelRef(key) })),
      },
    },
    components: {
      messages: Object.fromEntries([
        ...allUp().map((up) => [up.key, message(up, upFrameSchemas[up.number])]),
        ...allDown().map((down) => [down.key, message(down, downFrameSchemas[down.number])]),
      ]),
    },
  };
}

interface NamedFrame<Number> {
  readonly number: Number;
  readonly key: string;
  readonly summary: string;
}

function allUp(): NamedFrame<keyof typeof upFrames>[] {
  const numbers = Object.keys(upFrames).map(Number) as (keyof typeof upFrames)[];
  return numbers.map((number) => ({ number, key: upFrames[number].name, summary: upFrames[number].summary }));
}

function allDown(): NamedFrame<keyof typeof downFrames>[] {
  const numbers = Object.keys(downFrames).map(Number) as (keyof typeof downFrames)[];
  return numbers.map((number) => ({ number, key: downFrames[number].name, summary: downFrames[number].summary }));
}

function receiveOperation({ number, key, summary }: NamedFrame<keyof typeof upFrames>): object {
  const answers: readonly (keyof typeof downFrames)[] = upFrames[number].answers;
  return {
    action: 'receive',
    channel: { $ref: '#/channels/live' },
    summary,
    messages: [{ $ref: channelRef(key) }],
    reply: {
      channel: { $ref: '#/channels/live' },
      messages: answers.map((answer) => ({ $ref: channelRef(downFrames[answer].name) })),
    },
  };
}

function message({ key, number, summary }: NamedFrame<number>, schema: z.ZodType): object {
  return {
    name: key,
    title: `Frame ${number}: ${key}`,
    summary,
    contentType: 'application/json',
    // Draft 7 is what AsyncAPI 3 reads without saying so.
    payload: withoutDialect(z.toJSONSchema(schema, { target: 'draft-7', io: 'input' })),
  };
}

function withoutDialect({ $schema: _dialect, ...schema }: Readonly<Record<string, unknown>>): object {
  return schema;
}

function messageRef(key: string): string {
  return `#/components/messages/${key}`;
}

function channelRef(key: string): string {
  return `#/channels/live/messages/${key}`;
}

function codes(): string {
  return Object.entries(codeNumbers)
    .map(([name, number]) => `${number} ${name}`)
    .join(', ');
}

function closings(): string {
  return Object.entries(closeCodes)
    .map(([name, number]) => `${number} ${name}`)
    .join(', ');
}
