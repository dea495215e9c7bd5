import type { NodeStats } from '../../observability/stats.js';
import { testStats } from '../../observability/testing/test-stats.js';
import type { Rejection } from '../../seatmap/command.js';
import type {
  EventDescription,
  NodeDescription,
  NodeHealth,
  NodePort,
  OperationOutcome,
  OperatorCommand,
} from '../node-port.js';

/** A node with one event, `e1`, that does what a test tells it to. */
export class TestNode implements NodePort {
  healthNow: NodeHealth;
  /** Answers nobody, as a main thread that hangs. */
  isStuck = false;
  /** What the next commands are refused with. */
  rejection: Rejection | null = null;
  readonly described: string[] = [];
  readonly operations: { readonly eventId: string; readonly command: OperatorCommand }[] = [];

  constructor(health: NodeHealth) {
    this.healthNow = health;
  }

  health(): Promise<NodeHealth> {
    return this.#answer(this.healthNow);
  }

  stats(): Promise<NodeStats> {
    return this.#answer(testStats);
  }

  describeEvent(eventId: string): Promise<EventDescription | null> {
    this.described.push(eventId);
    const counts = { free: 3, held: 1, booked: 1, blocked: 0 };
    return this.#answer(eventId === 'e1' ? { eventId, owner: 'n1', epoch: 2, seq: 7, counts } : null);
  }

  operate(eventId: string, command: OperatorCommand): Promise<OperationOutcome> {
    this.operations.push({ eventId, command });
    const { rejection } = this;
    if (rejection !== null) return this.#answer({ kind: 'rejected', rejection });
    return this.#answer({ kind: 'accepted', position: [2, 8], body: { seats: command.seats } });
  }

  nodes(): Promise<readonly NodeDescription[]> {
    const url = 'ws://127.0.0.1:20481/v1/live';
    return this.#answer([{ nodeId: 'n1', url, leaseExpiresInMs: 4000, events: 1, version: '0.1.0' }]);
  }

  #answer<T>(value: T): Promise<T> {
    return this.isStuck ? new Promise(() => undefined) : Promise.resolve(value);
  }
}
