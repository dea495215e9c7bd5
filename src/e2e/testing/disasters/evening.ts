import assert from 'node:assert/strict';
import { must } from '../../../lib/must.js';
import { systemRandom } from '../../../lib/random.js';
import { Buyer } from '../buyer.js';
import { checkDatabase } from '../independent-check.js';
import { recording } from '../recording.js';
import { Sale, type SalePlan, saleLimits, seatsOf } from '../sale.js';
import type { Guest } from '../venue.js';
import { accepted } from '../wire-client.js';
import { FaithfulWatcher } from './faithful-watcher.js';
import type { Fleet, FleetNode } from './fleet.js';

const plan: SalePlan = { buyers: 6, lanes: 2, seatsPerLane: 40, contestedSeats: 6, roams: true };

interface OnSale {
  readonly eventId: string;
  readonly sale: Sale;
  /** One at each node. */
  readonly watchers: ReadonlyMap<FleetNode, FaithfulWatcher>;
  /** Buys, at whatever node is to be tried, one seat that nobody else wants. */
  readonly prober: Guest;
}

/** Three events, one for each node, with a crowd at all nodes that buys and watches, from the doors to the judgement. */
export class Evening {
  /** Those that nobody comes to. */
  readonly #shut = new Set<FleetNode>();
  #events: readonly OnSale[] = [];

  private constructor(private readonly fleet: Fleet) {}

  static async open(fleet: Fleet): Promise<Evening> {
    const evening = new Evening(fleet);
    evening.#events = await Promise.all(fleet.nodes.map((owner) => evening.#putOnSale(owner)));
    for (const { sale, watchers } of evening.#events) {
      for (const watcher of watchers.values()) watcher.start();
      sale.start();
    }
    return evening;
  }

  get acceptedCount(): number {
    return this.#events.reduce((sum, { sale }) => sum + sale.ledger.acceptedCount, 0);
  }

  /** The longest that a buyer waited for the outcome of a command. */
  get slowestMs(): number {
    return Math.max(...this.#events.map(({ sale }) => sale.slowestMs));
  }

  /** The event that this node had at first. */
  eventOf(node: FleetNode): string {
    return must(this.#events[this.fleet.nodes.indexOf(node)], 'the event of the node').eventId;
  }

  /** Resolves when so many further commands of each event have been accepted. */
  async sells(commands: number): Promise<void> {
    await Promise.all(this.#events.map(({ sale }) => sale.accepts(commands)));
  }

  /** Nobody new comes to the node, while something happens to it. */
  async without(node: FleetNode, happens: () => Promise<void>): Promise<void> {
    this.#shut.add(node);
    await happens();
    this.#shut.delete(node);
  }

  /** Resolves when every event is sold to those who begin at these nodes, and go where they are sent. */
  async isSoldFrom(nodes: readonly FleetNode[]): Promise<void> {
    await this.#eachWay(nodes, (event, node) => this.#buy(event, node, true));
  }

  /** Resolves when every event is sold at each of these nodes, and those who watch there have seen it. */
  async isServedAt(nodes: readonly FleetNode[]): Promise<void> {
    await this.#eachWay(nodes, async (event, node) => {
      const seq = await this.#buy(event, node, false);
      await watcherAt(event, node).map.reached(seq);
    });
  }

  /** What is wanting for `isServedAt`, where it is waited for in vain. */
  async whatIsMissing(): Promise<string> {
    const looks = this.#events.flatMap((event) =>
      this.fleet.nodes.map(async (node) => {
        const { position, faults } = watcherAt(event, node).map;
        const { status, body } = await node.server.live('GET', `/v1/events/${event.eventId}/seats`).catch(nobody);
        return `${event.eventId} at ${node.name}: watcher at ${position.join()}, seats ${status} ${JSON.stringify(body).slice(0, 200)} ${faults.slice(0, 1).join('')}`;
      }),
    );
    return (await Promise.all(looks)).join('\n');
  }

  /**
   * Ends it: every command is settled, every map at every node is the same, and the independent checker finds nothing in
   * what the clients saw, the journal and the tables.
   */
  async close(): Promise<void> {
    for (const { sale } of this.#events) await sale.stop();
    for (const event of this.#events) await this.#compareMaps(event);
    for (const { watchers } of this.#events) for (const watcher of watchers.values()) await watcher.stop();
    const eventIds = this.#events.map(({ eventId }) => eventId);
    const operations = recording.operations();
    await checkDatabase(this.fleet.postgres.url, operations, true, eventIds);
    recording.forget(new Set(eventIds));
  }

  async #putOnSale(owner: FleetNode): Promise<OnSale> {
    const { server } = owner;
    const eventId = await server.createEvent({ seats: seatsOf(plan) + 1, limits: saleLimits });
    await this.fleet.move(eventId, owner);
    const guests = await Promise.all(Array.from({ length: plan.buyers }, () => server.guest()));
    const watchers = new Map<FleetNode, FaithfulWatcher>();
    for (const node of this.fleet.nodes) {
      watchers.set(node, new FaithfulWatcher(eventId, node.server.liveUrl, await server.guest()));
    }
    const sale = new Sale(eventId, () => this.#anyNode().server.liveUrl, guests, plan);
    return { eventId, sale, watchers, prober: await server.guest() };
  }

  async #eachWay(
    nodes: readonly FleetNode[],
    happens: (event: OnSale, node: FleetNode) => Promise<unknown>,
  ): Promise<void> {
    await Promise.all(
      this.#events.map(async (event) => {
        // One after the other: they all want the same seat.
        for (const node of nodes) await happens(event, node);
      }),
    );
  }

  /** Returns the seq of the last change. */
  async #buy({ eventId, sale, prober }: OnSale, { server }: FleetNode, goesElsewhere: boolean): Promise<number> {
    const buyer = new Buyer(() => server.liveUrl, prober, 'usher.v1.json', goesElsewhere);
    const [holding, releasing] = [systemRandom.id(12), systemRandom.id(12)];
    const held = await buyer.settle((client) => client.hold(eventId, holding, [seatsOf(plan)]));
    sale.ledger.note(prober.holderId, holding, 'SeatsHeld', held);
    const { holdId } = accepted(held).body;
    const released = await buyer.settle((client) => client.release(eventId, releasing, holdId));
    sale.ledger.note(prober.holderId, releasing, 'HoldReleased', released);
    await buyer.leave();
    return accepted(released).position[1];
  }

  async #compareMaps(event: OnSale): Promise<void> {
    const { nodes } = this.fleet;
    const owner = await this.fleet.ownerOf(event.eventId);
    const seq = await this.#buy(event, owner, false);
    await watcherAt(event, owner).map.reached(seq);
    const { states } = await owner.server.seats(event.eventId);
    for (const node of nodes) {
      const { map } = watcherAt(event, node);
      await map.reached(seq);
      map.assertSound();
      assert.deepEqual(map.states, states, `the map of those who watch at ${node.name}`);
      assert.deepEqual((await node.server.seats(event.eventId)).states, states, `the map of ${node.name}`);
    }
    assert.ok(event.sale.ledger.refusedCount > 0, 'there were rivals');
  }

  #anyNode(): FleetNode {
    const open = this.fleet.nodes.filter((node) => !this.#shut.has(node));
    return must(open[systemRandom.below(open.length)], 'a node that is open');
  }
}

function watcherAt({ watchers }: OnSale, node: FleetNode): FaithfulWatcher {
  return must(watchers.get(node), 'the watcher at the node');
}

const nobody = (error: unknown): { status: number; body: unknown } => ({ status: 0, body: String(error) });
