import { isText } from '../protocol/field.js';
import { packValue } from '../protocol/msgpack.js';
import type { NodeLoad } from '../observability/load-meter.js';
import { fieldsOf, linkVersion } from './link-version.js';

/** What every node says to all others, about once a second. */
export interface Heartbeat {
  /** An incarnation. */
  readonly sender: string;
  readonly load: NodeLoad;
}

export const heartbeatChannel = 'nodes';

/** Valid until the next call of any encoder of protocol/msgpack.ts. */
export function encodeHeartbeat({ sender, load }: Heartbeat): Uint8Array {
  const { sockets, subscriptions, commandsPerSecond, mailboxCommands, commitMs, postgresLatencyMs, eventLoopDelayMs } =
    load;
  return packValue([
    linkVersion,
    sender,
    sockets,
    subscriptions,
    commandsPerSecond,
    mailboxCommands,
    commitMs,
    postgresLatencyMs,
    eventLoopDelayMs,
  ]);
}

/** Null where the bytes are no heartbeat of this version. */
export function decodeHeartbeat(bytes: Uint8Array): Heartbeat | null {
  const [sender, ...figures] = fieldsOf(bytes) ?? [];
  const [sockets, subscriptions, commandsPerSecond, mailboxCommands, commitMs, postgresLatencyMs, eventLoopDelayMs] =
    figures;
  const isHeartbeat =
    isText(sender) &&
    isFigure(sockets) &&
    isFigure(subscriptions) &&
    isFigure(commandsPerSecond) &&
    isFigure(mailboxCommands) &&
    isFigureOrNull(commitMs) &&
    isFigureOrNull(postgresLatencyMs) &&
    isFigure(eventLoopDelayMs);
  if (!isHeartbeat) return null;
  const load = {
    sockets,
    subscriptions,
    commandsPerSecond,
    mailboxCommands,
    commitMs,
    postgresLatencyMs,
    eventLoopDelayMs,
  };
  return { sender, load };
}

function isFigure(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isFigureOrNull(value: unknown): value is number | null {
  return value === null || isFigure(value);
}
