import { startAdminWorker } from '../admin/admin-worker.js';
import { startApiWorker } from '../api/api-worker.js';
import { createDemoEvents } from '../api/demo/demo-events.js';
import { liveAddress } from '../api/live-address.js';
import { Elsewhere } from '../cluster/elsewhere.js';
import { Evacuation } from '../cluster/evacuation.js';
import { Heartbeats } from '../cluster/heartbeats.js';
import { LeaseKeeper } from '../cluster/lease-keeper.js';
import { linkVersion } from '../cluster/link-version.js';
import { LivingNodes } from '../cluster/living-nodes.js';
import { Moves } from '../cluster/moves.js';
import { noCarrier } from '../cluster/no-carrier.js';
import { RedisCarrier } from '../cluster/redis-carrier.js';
import { Router } from '../cluster/router.js';
import { assertLimits, limits } from '../config/limits.js';
import type { Configuration } from '../config/load.js';
import { versionOf } from '../config/version.js';
import { startGateway } from '../gateway/gateway.js';
import { SessionTokens } from '../gateway/tokens.js';
import { formatRead } from '../journal/entry-format.js';
import { systemClock as clock } from '../lib/clock.js';
import { systemRandom as random } from '../lib/random.js';
import { systemTimers as timers } from '../lib/timers.js';
import { LoadMeter } from '../observability/load-meter.js';
import type { Log } from '../observability/log.js';
import { StatsReader } from '../observability/stats-reader.js';
import { ShardHost } from '../shard/host.js';
import { Catalogue } from '../store/catalogue.js';
import { startEmbeddedPostgres } from '../store/embedded/embedded-postgres.js';
import { HeadStore } from '../store/head-store.js';
import { Integrators } from '../store/integrators.js';
import { LeaseStore } from '../store/lease-store.js';
import { migrate } from '../store/migrate.js';
import { OwnBookings } from '../store/own-bookings.js';
import { createPools } from '../store/pool.js';
import { checkRequirements } from '../store/requirements.js';
import { Settings } from '../store/settings.js';
import { CleanUp } from './clean-up.js';
import { LocalNode } from './local-node.js';
import { nodeIdentity } from './node-identity.js';
import { OperatorDesk } from './operator-desk.js';
import { waitForPredecessors } from './predecessors.js';
import { reachable } from './reachable.js';
import { startSideThread } from './side-thread.js';

export interface RunningNode {
  readonly webUrl: string;
  readonly liveUrl: string;
  readonly adminUrl: string;
  /** Told once, at the first start, where none was set. */
  readonly generatedAdminToken: string | null;
  /** What the operator should know. */
  readonly notices: readonly string[];
  /** Resolves with the reason when the node must end by itself. */
  readonly doomed: Promise<string>;
  /** Gives the events to other nodes, sends everybody away, finishes what was begun, brings what is left to rest. */
  drain(): Promise<void>;
  /** Ends sockets at once, so that the process may exit. */
  abandon(): void;
}

const evacuationGraceMs = 15_000;
const drainSpreadMs = 2_000;
const drainGraceMs = 5_000;
const restGraceMs = 10_000;
const threadGraceMs = 3_000;

/**
 * Starts everything in the order in which it depends on each other; what was started is ended again, last first, when a later
 * step fails and when the node drains.
 * @throws UsageError one line: what is wrong and what to do
 */
export async function startNode(configuration: Configuration, log: Log): Promise<RunningNode> {
  assertLimits();
  const cleanUp = new CleanUp(log);
  try {
    return await start(configuration, log, cleanUp);
  } catch (error) {
    await cleanUp.run();
    throw error;
  }
}

async function start(configuration: Configuration, log: Log, cleanUp: CleanUp): Promise<RunningNode> {
  const { dataDir, host, leaseMs, logLevel, redisUrl } = configuration;
  const nodeId = nodeIdentity(configuration.nodeId, dataDir, random);
  const incarnation = `${nodeId}.${random.id(12)}`;
  const notices: string[] = [];

  const databaseUrl = await database(configuration, log, cleanUp, notices);
  const pools = createPools(databaseUrl, { log });
  cleanUp.add('connections to Postgres', () => pools.close());
  const settings = new Settings(pools.read, random);
  const tokenKeys = await settings.tokenKeys();
  const adminToken = await settings.adminToken(configuration.adminToken);
  const installation = await settings.installationId();
  if (configuration.demo) await createDemoEvents(new Catalogue(pools.read), clock.wallMs(), timers);

  const doom = { tell: (_reason: string): void => undefined };
  const doomed = new Promise<string>((resolve) => {
    doom.tell = resolve;
  });
  const leases = new LeaseStore(pools.append);
  if (redisUrl === null) await waitForPredecessors(leases, nodeId, timers, notices);
  const { publicLiveUrl } = configuration;
  const urlAt = (port: number): string =>
    liveAddress({ publicLiveUrl, livePort: port, fallbackHost: host }, '', false).socketUrl;
  const own = {
    nodeId,
    incarnation,
    url: urlAt(configuration.livePort),
    version: versionOf(),
    shards: configuration.shards,
    journalFormat: formatRead,
    linkVersion,
  };
  await leases.register(own, leaseMs);
  cleanUp.add('the lease', () => leases.resign(nodeId, incarnation));

  let router: Router | null = null;
  const shards = new ShardHost(
    { shards: configuration.shards, owner: incarnation, databaseUrl, logLevel, clock, timers, limits, log },
    () => router?.watchers() ?? [],
  );
  const lease = new LeaseKeeper(
    { renew: () => leases.renew(nodeId, incarnation, leaseMs) },
    leaseMs,
    clock,
    timers,
    log,
    (reading) => shards.leaseRenewed(reading),
    () => doom.tell(`another process runs as this node: nodeId is ${nodeId}`),
  );
  await lease.start();
  cleanUp.add('the lease keeper', async () => lease.stop());

  const nodes = new LivingNodes({ own, leaseMs, living: () => leases.living(), clock, timers, log });
  await nodes.start();
  cleanUp.add('the look at other nodes', async () => nodes.stop());
  const stats = new StatsReader(async () => ({ gateway: listening.stats(), shards: await shards.stats() }));
  const meter = new LoadMeter();
  const heartbeats = new Heartbeats({
    own: incarnation,
    nodes,
    measure: async () => meter.measure(await stats.look(), lease.roundTripMs, clock.monotonicMs()),
    clock,
    timers,
    log,
  });
  const routing = new Router({
    own: incarnation,
    shards,
    nodes,
    openCarrier: (listener) => {
      if (redisUrl === null) return noCarrier;
      const carrier = heartbeats.open(
        listener,
        (all) => new RedisCarrier({ address: redisUrl, installation, timers, random, log }, all),
      );
      cleanUp.add('the connections to Redis', () => carrier.close());
      return carrier;
    },
    clock,
    timers,
    nowMs: () => lease.nowMs(),
  });
  router = routing;
  cleanUp.add('the router', async () => routing.stop());

  const integrators = new Integrators(pools.read, random);
  const ownBookings = new OwnBookings(pools.read);
  const listening = startGateway({
    ...configuration,
    nodeId,
    port: configuration.livePort,
    shards: routing,
    tokens: new SessionTokens(tokenKeys),
    adminTokenHash: adminToken.hash,
    integrators,
    bookingsOf: (holderId, limit) => ownBookings.of(holderId, limit),
    nowMs: () => lease.nowMs(),
    clock,
    timers,
    random,
    log,
  });
  const desk = new OperatorDesk(routing, listening.sockets, timers, limits.answerTimeoutMs);
  routing.start(desk, listening.sockets);
  shards.start(routing);
  cleanUp.add('the shards', () => shards.close(restGraceMs));
  cleanUp.add('the gateway', async () => listening.closeNow());
  heartbeats.start();
  cleanUp.add('the heartbeats', async () => heartbeats.stop());

  const livePort = listening.port;
  if (urlAt(livePort) !== own.url) await leases.announce(nodeId, incarnation, urlAt(livePort));
  const adminTokenHash = adminToken.hash;
  const web = await startSideThread(
    'web',
    (webPort) =>
      startApiWorker({
        configuration: { ...configuration, webPort: webPort ?? configuration.webPort },
        databaseUrl,
        livePort,
        tokenKeys,
        adminTokenHash,
      }),
    timers,
    log,
  );
  cleanUp.add('the control plane', () => web.close(threadGraceMs));

  const heads = new HeadStore(pools.read);
  const moves = new Moves({ own: incarnation, nodes, heads, shards, router: routing, clock, timers });
  const { referrals } = listening.sockets;
  routing.onUnlinked(
    new Elsewhere({ own: incarnation, nodes, heads, router: routing, listener: referrals, clock, log }),
  );
  const evacuation = new Evacuation({ own: incarnation, nodes, shards, moves, clock, timers, log });
  evacuation.start();
  cleanUp.add('the evacuation', async () => evacuation.stop());
  const node = new LocalNode({
    nodeId,
    incarnation,
    shards,
    shardCount: configuration.shards,
    desk,
    lease,
    leases,
    nodes,
    stats,
    heartbeats,
    moves,
    heads,
    integrators,
  });
  const admin = await startSideThread(
    'admin',
    (adminPort) =>
      startAdminWorker(
        { configuration: { ...configuration, adminPort: adminPort ?? configuration.adminPort }, adminTokenHash },
        node,
      ),
    timers,
    log,
  );
  cleanUp.add('the admin surface', () => admin.close(threadGraceMs));
  node.started = true;

  /** What cannot be given away comes to rest, as all events do of a node that is alone: whoever is asked for it claims it then. */
  const leaveOthers = async (): Promise<void> => {
    try {
      await leases.startDraining(nodeId, incarnation);
      await nodes.look();
    } catch (error) {
      log.warn({ error }, 'Cannot tell the other nodes of the draining as Postgres does not answer');
      return;
    }
    const eventsLeft = await evacuation.run(evacuationGraceMs);
    log.info({ eventsLeft }, 'Draining: this node has given its events away; what is left comes to rest');
  };

  return {
    webUrl: `http://${reachable(host)}:${web.port}/`,
    liveUrl: `ws://${reachable(host)}:${livePort}/v1/live`,
    adminUrl: `http://${reachable(configuration.adminHost)}:${admin.port}/`,
    generatedAdminToken: adminToken.generated,
    notices,
    doomed,
    async drain() {
      node.draining = true;
      evacuation.stop();
      if (!nodes.isAlone) await leaveOthers();
      await listening.drain({ spreadMs: drainSpreadMs, graceMs: drainGraceMs });
      await cleanUp.run();
    },
    abandon: () => listening.closeNow(),
  };
}

/** The address of a database that is there, fits, and has this program's tables. */
async function database(configuration: Configuration, log: Log, cleanUp: CleanUp, notices: string[]): Promise<string> {
  let url = configuration.databaseUrl;
  if (url === null) {
    const { dataDir, embeddedPostgresPort: port } = configuration;
    const embedded = await startEmbeddedPostgres({ dataDir, port, clock, timers, log });
    cleanUp.add('the embedded Postgres', () => embedded.stop());
    if (embedded.notice !== null) notices.push(embedded.notice);
    url = embedded.url;
  }
  const warning = await checkRequirements(url);
  if (warning !== null) notices.push(warning);
  await migrate(url);
  return url;
}
