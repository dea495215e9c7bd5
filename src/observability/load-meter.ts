import type { NodeStats } from './stats.js';

/** How busy a node is, since it was measured the time before where a figure needs a time. */
export interface NodeLoad {
  /** Open now. */
  readonly sockets: number;
  /** Sockets that watch an event, summed over events, now. */
  readonly subscriptions: number;
  readonly commandsPerSecond: number;
  /** Commands that wait in its events' mailboxes, now. */
  readonly mailboxCommands: number;
  /** Mean time of an append statement; null: there was none. */
  readonly commitMs: number | null;
  /** Round trip of the last renewal of its lease; null before the first. */
  readonly postgresLatencyMs: number | null;
  /** Of the gateway's thread or a shard's, whichever was latest. */
  readonly eventLoopDelayMs: number;
}

interface Totals {
  readonly atMs: number;
  readonly commands: number;
  readonly appends: number;
  readonly appendMs: number;
}

/** Reads a load off what a node has counted. A shard that was started anew counts from 0 again: its figures are left out once. */
export class LoadMeter {
  #before: Totals | null = null;

  /** @param nowMs monotonic */
  measure({ gateway, shards }: NodeStats, postgresLatencyMs: number | null, nowMs: number): NodeLoad {
    const sum = (read: (shard: NodeStats['shards'][number]) => number): number =>
      shards.reduce((total, shard) => total + read(shard), 0);
    const totals: Totals = {
      atMs: nowMs,
      commands: sum(({ commandsDecided }) => commandsDecided),
      appends: sum(({ appends }) => appends),
      appendMs: sum(({ appendMs }) => appendMs),
    };
    const before = this.#before ?? totals;
    this.#before = totals;
    const seconds = (totals.atMs - before.atMs) / 1_000;
    const appends = totals.appends - before.appends;
    const { sockets, subscriptions } = gateway;
    return {
      sockets,
      subscriptions,
      commandsPerSecond: seconds > 0 ? Math.round(Math.max(0, totals.commands - before.commands) / seconds) : 0,
      mailboxCommands: sum(({ mailboxCommands }) => mailboxCommands),
      commitMs: appends > 0 ? tenths(Math.max(0, totals.appendMs - before.appendMs) / appends) : null,
      postgresLatencyMs: postgresLatencyMs === null ? null : tenths(postgresLatencyMs),
      eventLoopDelayMs: tenths(
        Math.max(gateway.eventLoopDelayMaxMs, ...shards.map(({ eventLoopDelayMaxMs }) => eventLoopDelayMaxMs)),
      ),
    };
  }
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
