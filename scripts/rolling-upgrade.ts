import { Client } from 'pg';
import { TestRedis } from '../src/cluster/testing/test-redis.js';
import { checkIndependently } from '../src/e2e/testing/independent-check.js';
import { Installation } from '../src/e2e/testing/installation.js';
import { assertJournalVerified, readJournal } from '../src/e2e/testing/journal-text.js';
import { Sale, type SalePlan, saleLimits, seatsOf } from '../src/e2e/testing/sale.js';
import { WatchedMap } from '../src/e2e/testing/watched-map.js';
import { WireClient } from '../src/e2e/testing/wire-client.js';
import { must } from '../src/lib/must.js';
import { systemRandom } from '../src/lib/random.js';
import { systemTimers } from '../src/lib/timers.js';
import { pauseAwake } from '../src/store/embedded/pause-awake.js';
import { emptyTestDatabase, type TestDatabase } from '../src/store/testing/postgres.js';
import type { Build } from './git-build.js';
import { LongestWait } from './longest-wait.js';
import { secondsSince } from './step.js';

export interface UpgradePlan {
  readonly from: Build;
  readonly to: Build;
  /** And back again, as far as the older build allows. */
  readonly back: boolean;
  readonly nodes: number;
  readonly events: number;
  /** So many commands are accepted between two steps. */
  readonly commandsBetween: number;
  readonly sale: SalePlan;
  readonly tell: (line: string) => void;
}

export interface UpgradeOutcome {
  readonly commandsAccepted: number;
  readonly confirms: number;
  /** How often a command had to be asked again as its outcome was unknown. */
  readonly unknowns: number;
  /** Without any command accepted. */
  readonly longestWaitMs: number;
  /** Null: the older build refused to start on the newer one's database. */
  readonly wentBack: boolean | null;
}

/** The older build cannot take over what the newer one has written. */
class NoWayBack extends Error {
  override readonly name = 'NoWayBack';
}

interface RunningNode {
  readonly name: string;
  readonly installation: Installation;
  build: Build;
}

const leaseMs = 2_000;
const askAgainMs = 200;
/** Nothing that goes well takes so long. */
const stepMaxMs = 180_000;

/**
 * Replaces the nodes of an installation one by one, while people buy at all of them:
 *
 *     old old old ──► new old old ──► new new old ──► new new new   (──► back, the same way)
 *
 * At each step an event is moved between a node of either build, there and back. In the end journals, tables, all that clients were
 * told, and what they see must agree.
 * @throws what does not
 */
export class RollingUpgrade {
  readonly #nodes: RunningNode[] = [];
  /** Those that buyers may come to. */
  readonly #open = new Set<Installation>();
  #sales: { readonly eventId: string; readonly sale: Sale }[] = [];

  private constructor(
    private readonly plan: UpgradePlan,
    private readonly database: TestDatabase,
    private readonly redis: TestRedis,
  ) {}

  /** Needs `USHER_TEST_DATABASE_URL`: a server for a database of its own. */
  static async run(plan: UpgradePlan): Promise<UpgradeOutcome> {
    const upgrade = new RollingUpgrade(plan, await emptyTestDatabase(), await TestRedis.start());
    try {
      await upgrade.#start();
      return await upgrade.#upgrade();
    } finally {
      await upgrade.#end();
    }
  }

  async #start(): Promise<void> {
    const { from, nodes, events, sale, tell } = this.plan;
    const adminToken = systemRandom.id(32);
    for (const name of ['a', 'b', 'c', 'd', 'e'].slice(0, nodes).map((letter) => `node-${letter}`)) {
      const env = {
        REDIS_URL: this.redis.url,
        USHER_NODE_ID: name,
        USHER_LEASE_MS: String(leaseMs),
        USHER_SHARDS: '1',
        USHER_LOG_LEVEL: 'error',
      };
      const { mainFile } = from;
      const installation = await Installation.start({ databaseUrl: this.database.url, adminToken, env, mainFile });
      this.#nodes.push({ name, installation, build: from });
      this.#open.add(installation);
    }
    tell(`${nodes} nodes of ${from.name} are up`);
    for (let event = 0; event < events; event += 1) {
      const guests = await Promise.all(Array.from({ length: sale.buyers }, () => this.#anyNode().guest()));
      const eventId = await this.#anyNode().createEvent({ seats: seatsOf(sale), limits: saleLimits });
      this.#sales.push({ eventId, sale: new Sale(eventId, () => this.#anyNode().liveUrl, guests, sale) });
    }
    for (const { sale: running } of this.#sales) running.start();
  }

  async #upgrade(): Promise<UpgradeOutcome> {
    const { to, from, back } = this.plan;
    const waits = new LongestWait(() => this.#accepted);
    await this.#sell();
    await this.#replaceAll(to, waits);
    const wentBack = back ? await this.#goBack(from, waits) : null;
    for (const { sale } of this.#sales) await sale.stop();
    const longestWaitMs = waits.stop();
    const confirms = await this.#judge();
    const unknowns = this.#sales.reduce((sum, { sale }) => sum + sale.unknowns, 0);
    return { commandsAccepted: this.#accepted, confirms, unknowns, longestWaitMs, wentBack };
  }

  async #replaceAll(build: Build, waits: LongestWait): Promise<void> {
    for (const [index, node] of this.#nodes.entries()) {
      if (index === this.#nodes.length - 1) await this.#assertReadable(build, node.name);
      await this.#replace(node, build, waits);
      await this.#sell();
      await this.#moveBetweenBuilds();
    }
  }

  /** Before the last node of another build goes: the others must be able to go on without it. */
  async #assertReadable(build: Build, last: string): Promise<void> {
    const unreadable = await eventsThatOthersCannotRead(this.database.url, last);
    if (unreadable > 0) throw new NoWayBack(`${build.name} cannot read ${unreadable} events`);
  }

  /** An older build may refuse what a newer one has made of the database, or not read its journals; then the newer one stays. */
  async #goBack(build: Build, waits: LongestWait): Promise<boolean> {
    const { to, tell } = this.plan;
    try {
      await this.#replaceAll(build, waits);
      return true;
    } catch (error) {
      const isRefused = error instanceof Error && /a newer Usher has changed it/.test(error.message);
      if (!isRefused && !(error instanceof NoWayBack)) throw error;
      tell(`  there is no way back: ${isRefused ? `${build.name} refuses the database` : error.message}`);
      for (const { installation } of this.#nodes) {
        if (this.#open.has(installation)) continue;
        await installation.startAgain({ mainFile: to.mainFile });
        this.#open.add(installation);
      }
      await this.#sell();
      return false;
    }
  }

  async #replace(node: RunningNode, build: Build, waits: LongestWait): Promise<void> {
    const { installation, name } = node;
    const [startMs, acceptedBefore] = [performance.now(), this.#accepted];
    waits.begin();
    this.#open.delete(installation);
    const exitCode = await installation.stop('SIGTERM');
    if (exitCode !== 0) throw new Error(`${name} was told to end and did not end in order: ${String(exitCode)}`);
    const goneAfter = secondsSince(startMs);
    await installation.startAgain({ mainFile: build.mainFile });
    node.build = build;
    this.#open.add(installation);
    const commands = this.#accepted - acceptedBefore;
    this.plan.tell(
      `${name} is ${build.name} now: gone after ${goneAfter} s, back after ${secondsSince(startMs)} s, ` +
        `${commands} commands accepted meanwhile, the longest wait ${Math.round(waits.sinceBegin)} ms`,
    );
  }

  /** So many further commands of each event. */
  async #sell(): Promise<void> {
    const { commandsBetween } = this.plan;
    let isOver = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      isOver = resolve;
    });
    const tooLate = pauseAwake(systemTimers, stepMaxMs, over).then(() => 'too late' as const);
    const sold = Promise.all(this.#sales.map(({ sale }) => sale.accepts(commandsBetween)));
    try {
      if ((await Promise.race([sold, tooLate])) === 'too late')
        throw new Error(`${commandsBetween} commands of each event were not accepted within ${stepMaxMs} ms`);
    } finally {
      isOver();
    }
  }

  /** To the first node of another build than its owner's, and on to one of the owner's build. */
  async #moveBetweenBuilds(): Promise<void> {
    const { eventId } = must(this.#sales[0], 'an event');
    const owner = await this.#ownerOf(eventId);
    const other = this.#nodes.find(({ build }) => build !== owner.build);
    if (other === undefined) return;
    for (const { name, build } of [other, owner]) {
      const reply = await this.#ask('POST', `/v1/events/${eventId}/move`, { nodeId: name });
      if (reply.status === 409) {
        this.plan.tell(`  an event stays where it is: ${(reply.body as { readonly detail: string }).detail}`);
        return;
      }
      if (reply.status !== 200) throw new Error(`Cannot move the event to ${name}: ${JSON.stringify(reply.body)}`);
      this.plan.tell(`  an event was moved to ${name} (${build.name})`);
      await this.#sell();
    }
  }

  async #ownerOf(eventId: string): Promise<RunningNode> {
    const { body } = await this.#ask('GET', `/v1/events/${eventId}`);
    const { owner } = body as { readonly owner: string };
    return must(
      this.#nodes.find(({ name }) => name === owner),
      `the owner of the event: ${JSON.stringify(body)}`,
    );
  }

  /** Asks any node until one answers: an event may be on its way to its next owner. */
  async #ask(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    const key = systemRandom.id(12);
    for (;;) {
      const node = this.#anyNode();
      const reply = await node.admin(method, path, {
        token: node.adminToken,
        key,
        ...(body === undefined ? {} : { body }),
      });
      if (reply.status !== 503) return reply;
      await pauseAwake(systemTimers, askAgainMs);
    }
  }

  /** Returns how many confirms there were, which all succeeded: a sale throws at the first that does not. */
  async #judge(): Promise<number> {
    const node = must(this.#nodes.at(-1), 'a node').installation;
    await assertJournalVerified(node);
    let confirms = 0;
    for (const { eventId, sale } of this.#sales) {
      const journal = await readJournal(node, eventId);
      confirms += journal.filter(({ kind }) => kind === 'BookingConfirmed').length;
      const { seq } = must(journal.at(-1), 'the last change');
      for (const { installation } of this.#nodes) {
        const map = new WatchedMap(eventId);
        const client = await WireClient.connect(installation.liveUrl, (await installation.guest()).token);
        await map.watch(client);
        await map.reached(seq);
        map.assertSound();
        sale.ledger.assertEquals(journal, map.states);
        await client.close();
      }
    }
    await checkIndependently(this.database.url);
    return confirms;
  }

  get #accepted(): number {
    return this.#sales.reduce((sum, { sale }) => sum + sale.ledger.acceptedCount, 0);
  }

  #anyNode(): Installation {
    return must([...this.#open][systemRandom.below(this.#open.size)], 'a node that is open');
  }

  async #end(): Promise<void> {
    for (const { installation } of this.#nodes) await installation.stop('SIGKILL');
    await this.redis.remove();
    await this.database.drop();
  }
}

/** Builds from before there were formats in the tables read format 1. */
async function eventsThatOthersCannotRead(databaseUrl: string, nodeId: string): Promise<number> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ events: number }>(
      `with format as (select coalesce((to_jsonb(h) ->> 'journal_format')::integer, 1) as written from event_head h)
      select count(*)::integer as events from format
      where written > (select min(coalesce((to_jsonb(l) ->> 'journal_format')::integer, 1)) from node_lease l where node_id <> $1)`,
      [nodeId],
    );
    return must(rows[0], 'a count').events;
  } finally {
    await client.end();
  }
}
