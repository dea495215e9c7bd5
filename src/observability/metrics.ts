import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { GatewayStats, NodeStats, ShardStats } from './stats.js';

interface Metric<Stats, Value = number> {
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  readonly read: (stats: Stats) => Value;
}

const gatewayMetrics: readonly Metric<GatewayStats>[] = [
  gauge('usher_sockets', 'Open sockets.', (stats) => stats.sockets),
  gauge('usher_subscriptions', 'Sockets that watch an event, summed over events.', (stats) => stats.subscriptions),
  gauge('usher_pending_commands', 'Commands without an answer.', (stats) => stats.pendingCommands),
  counter('usher_sockets_opened_total', 'Sockets opened.', (stats) => stats.socketsOpened),
  counter('usher_sessions_made_total', 'Session tokens made.', (stats) => stats.sessionsMade),
  counter('usher_messages_received_total', 'Messages from clients.', (stats) => stats.messagesReceived),
  counter('usher_received_bytes_total', 'Bytes of messages from clients.', (stats) => stats.bytesReceived),
  counter('usher_frames_sent_total', 'Frames to clients.', (stats) => stats.framesSent),
  counter('usher_sent_bytes_total', 'Bytes of frames to clients.', (stats) => stats.bytesSent),
  counter('usher_commands_accepted_total', 'Commands that were accepted.', (stats) => stats.commandsAccepted),
  counter('usher_resyncs_total', 'Fresh snapshots for slow readers.', (stats) => stats.resyncs),
  gauge('usher_gateway_delay_seconds', "Longest recent delay of the gateway's event loop.", (stats) =>
    inSeconds(stats.eventLoopDelayMaxMs),
  ),
];

const shardMetrics: readonly Metric<ShardStats>[] = [
  gauge('usher_actors', 'Live actors.', (stats) => stats.actors),
  gauge('usher_mailbox_commands', 'Commands that wait in mailboxes.', (stats) => stats.mailboxCommands),
  counter('usher_commands_decided_total', 'Commands decided.', (stats) => stats.commandsDecided),
  counter('usher_changes_committed_total', 'Changes committed to the journal.', (stats) => stats.changesCommitted),
  counter('usher_appends_total', 'Append statements.', (stats) => stats.appends),
  counter('usher_appends_failed_total', 'Append statements that failed.', (stats) => stats.appendsFailed),
  counter('usher_batches_appended_total', 'Batches of one event appended.', (stats) => stats.batchesAppended),
  counter('usher_appended_bytes_total', 'Bytes appended to the journal.', (stats) => stats.bytesAppended),
  counter('usher_append_seconds_total', 'Time spent in append statements.', (stats) => inSeconds(stats.appendMs)),
  counter('usher_actors_started_total', 'Activations of events.', (stats) => stats.actorsStarted),
  counter('usher_actors_failed_total', 'Actors that stopped for a broken invariant.', (stats) => stats.actorsFailed),
  counter('usher_holds_expired_total', 'Holds that ran out.', (stats) => stats.holdsExpired),
  counter('usher_shard_restarts_total', "Times that the shard's thread was started anew.", (stats) => stats.restarts),
  gauge('usher_shard_delay_seconds', "Longest recent delay of the shard's event loop.", (stats) =>
    inSeconds(stats.eventLoopDelayMaxMs),
  ),
];

/** A value for each code: close codes of sockets, or names of the protocol's codes. */
const gatewayMetricsByCode: readonly Metric<GatewayStats, Readonly<Record<string, number>>>[] = [
  counter('usher_commands_rejected_total', 'Commands that were refused, by code.', (stats) => stats.commandsRejected),
  counter('usher_sockets_closed_total', 'Sockets closed, by close code.', (stats) => stats.socketsClosed),
];

/**
 * The node's metrics as Prometheus text. Labels are bounded: a shard's number, a close code, the name of a code of the
 * protocol; never an event, a holder or an address.
 */
export class Metrics {
  /** Memory, processor time, garbage collection: of the whole process, or of the thread that this object is in. */
  readonly #process = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.#process });
  }

  get contentType(): string {
    return this.#process.contentType;
  }

  /** `stats` null: the node did not answer, which is said, and its figures are left out. */
  async text(stats: NodeStats | null): Promise<string> {
    // What counts is in the stats; the registry only writes them down, anew for each scrape.
    const node = new Registry();
    const up = new Gauge({ name: 'usher_node_up', help: 'Whether the main thread answered.', registers: [node] });
    up.set(stats === null ? 0 : 1);
    if (stats !== null) writeNode(node, stats);
    return `${await this.#process.metrics()}${await node.metrics()}`;
  }
}

function writeNode(registry: Registry, { gateway, shards }: NodeStats): void {
  for (const metric of gatewayMetrics) write(registry, metric, null, [['', metric.read(gateway)]]);
  for (const metric of gatewayMetricsByCode) write(registry, metric, 'code', Object.entries(metric.read(gateway)));
  for (const metric of shardMetrics) {
    write(
      registry,
      metric,
      'shard',
      shards.map((shard, number) => [String(number), metric.read(shard)]),
    );
  }
}

function write(
  registry: Registry,
  { name, help, kind }: Omit<Metric<never>, 'read'>,
  labelName: string | null,
  samples: readonly (readonly [label: string, value: number])[],
): void {
  const configuration = { name, help, labelNames: labelName === null ? [] : [labelName], registers: [registry] };
  const labelsOf = (label: string): Record<string, string> => (labelName === null ? {} : { [labelName]: label });
  if (kind === 'counter') {
    const metric = new Counter<string>(configuration);
    for (const [label, value] of samples) metric.inc(labelsOf(label), value);
  } else {
    const metric = new Gauge<string>(configuration);
    for (const [label, value] of samples) metric.set(labelsOf(label), value);
  }
}

function counter<Stats, Value>(name: string, help: string, read: (stats: Stats) => Value): Metric<Stats, Value> {
  return { name, help, kind: 'counter', read };
}

function gauge<Stats, Value>(name: string, help: string, read: (stats: Stats) => Value): Metric<Stats, Value> {
  return { name, help, kind: 'gauge', read };
}

function inSeconds(milliseconds: number): number {
  return milliseconds / 1000;
}
