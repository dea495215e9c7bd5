import type { NodeStats } from '../../observability/stats.js';
import { testStats } from '../../observability/testing/test-stats.js';
import type { Rejection } from '../../seatmap/command.js';
import type { IntegratorToken, IntegratorTokenCreation, NewIntegratorToken } from '../../store/integrators.js';
import type {
  DrainOutcome,
  EventDescription,
  MoveOutcome,
  NodeDescription,
  NodeHealth,
  NodePort,
  OperationOutcome,
  OperatorCommand,
  StoreAnswer,
} from '../node-port.js';

/** A node with one event, `e1`, that does what a test tells it to. */
export class TestNode implements NodePort {
  healthNow: NodeHealth;
  /** Answers nobody, as a main thread that hangs. */
  isStuck = false;
  /** Postgres cannot be reached. */
  isStoreDown = false;
  readonly integratorTokensByKey = new Map<string, IntegratorToken>();
  /** What the next commands are refused with. */
  rejection: Rejection | null = null;
  readonly described: string[] = [];
  readonly moves: string[] = [];
  moveOutcome: MoveOutcome = { kind: 'moved' };
  readonly drained: string[] = [];
  drainOutcome: DrainOutcome = { kind: 'draining', events: 3 };
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

  describeEvent(eventId: string): Promise<StoreAnswer<EventDescription | null>> {
    this.described.push(eventId);
    const counts = { free: 3, held: 1, booked: 1, blocked: 0 };
    const areas = [['floor', 6, 2, 1, 1]] as const;
    return this.#stored(() => (eventId === 'e1' ? { eventId, owner: 'n1', epoch: 2, seq: 7, counts, areas } : null));
  }

  createIntegratorToken(wanted: NewIntegratorToken, key: string): Promise<StoreAnswer<IntegratorTokenCreation>> {
    return this.#stored(() => {
      const known = this.integratorTokensByKey.get(key);
      if (known !== undefined) {
        const isSame = known.name === wanted.name && known.organiserId === wanted.organiserId;
        return isSame ? { kind: 'repeated', token: known } : { kind: 'mismatch' };
      }
      const tokenId = `token-${this.integratorTokensByKey.size + 1}`;
      const token: IntegratorToken = { ...wanted, tokenId, createdAtMs: 1_700_000_000_000, revokedAtMs: null };
      this.integratorTokensByKey.set(key, token);
      return { kind: 'created', token, text: `usher_it_of-${tokenId}` };
    });
  }

  integratorTokens(): Promise<StoreAnswer<readonly IntegratorToken[]>> {
    return this.#stored(() => [...this.integratorTokensByKey.values()]);
  }

  revokeIntegratorToken(tokenId: string): Promise<StoreAnswer<IntegratorToken | null>> {
    return this.#stored(() => {
      for (const [key, token] of this.integratorTokensByKey) {
        if (token.tokenId !== tokenId) continue;
        const revoked = { ...token, revokedAtMs: token.revokedAtMs ?? 1_700_000_060_000 };
        this.integratorTokensByKey.set(key, revoked);
        return revoked;
      }
      return null;
    });
  }

  operate(eventId: string, command: OperatorCommand): Promise<OperationOutcome> {
    this.operations.push({ eventId, command });
    const { rejection } = this;
    if (rejection !== null) return this.#answer({ kind: 'rejected', rejection });
    return this.#answer({ kind: 'accepted', position: [2, 8], body: { seats: command.seats, ...command.places } });
  }

  nodes(): Promise<StoreAnswer<readonly NodeDescription[]>> {
    const url = 'ws://127.0.0.1:20481/v1/live';
    const node = { nodeId: 'n1', url, leaseExpiresInMs: 4000, events: 1, shards: 2, draining: false, version: '0.1.0' };
    const load = {
      sockets: 12,
      subscriptions: 15,
      commandsPerSecond: 340,
      mailboxCommands: 2,
      commitMs: 3.4,
      postgresLatencyMs: 1.2,
      eventLoopDelayMs: 11.3,
      measuredMsAgo: 420,
    };
    return this.#stored(() => [
      { ...node, load },
      { ...node, nodeId: 'n2' },
    ]);
  }

  moveEvent(eventId: string, nodeId: string): Promise<MoveOutcome> {
    this.moves.push(`${eventId} to ${nodeId}`);
    return this.#answer(this.moveOutcome);
  }

  drainNode(nodeId: string): Promise<DrainOutcome> {
    this.drained.push(nodeId);
    return this.#answer(this.drainOutcome);
  }

  #stored<T>(answer: () => T): Promise<StoreAnswer<T>> {
    return this.#answer(
      this.isStoreDown ? { kind: 'unavailable' } : ({ kind: 'answer', value: answer() } satisfies StoreAnswer<T>),
    );
  }

  #answer<T>(value: T): Promise<T> {
    return this.isStuck ? new Promise(() => undefined) : Promise.resolve(value);
  }
}
