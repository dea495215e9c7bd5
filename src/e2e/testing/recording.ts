import type { Asked, Operation, Output } from '../../../checker/history.js';
import { WireHistory } from '../../../checker/wire-history.js';
import { systemClock } from '../../lib/clock.js';

/** A REST request that is under way. Each is a process of its own: REST has no order. */
export interface RestAttempt {
  readonly client: string;
  readonly eventId: string;
  readonly asked: Asked;
  readonly call: number;
}

/**
 * What the clients of this process did and saw, as the independent checker reads it (docs/HISTORIES.md): one line for each
 * attempt and each frame. A test file is a process of its own, and all its clients talk to one installation.
 */
class Recording {
  #operations: Operation[] = [];
  readonly #sockets: WireHistory[] = [];
  readonly #attempts = new Set<RestAttempt>();
  readonly #holders = new Map<string, string>();
  #lastProcess = 0;

  get nowMs(): number {
    return systemClock.monotonicMs();
  }

  newSocket(): WireHistory {
    const socket = new WireHistory(this.#newProcess(), (operation) => this.#operations.push(operation));
    this.#sockets.push(socket);
    return socket;
  }

  /** Whose token it is, as the gateway told when it gave it out. */
  learnHolder(token: string, holderId: string): void {
    this.#holders.set(token, holderId);
  }

  holderOf(token: string): string | null {
    return this.#holders.get(token) ?? null;
  }

  /** Call just before the request goes out. */
  beginRest(client: string, eventId: string, asked: Asked): RestAttempt {
    const attempt = { client, eventId, asked, call: this.nowMs };
    this.#attempts.add(attempt);
    return attempt;
  }

  settleRest(attempt: RestAttempt, output: Output): void {
    this.#attempts.delete(attempt);
    this.#operations.push(this.#restOperation(attempt, this.nowMs, output));
  }

  /** Nobody will ever answer it. */
  loseRest(attempt: RestAttempt): void {
    this.#attempts.delete(attempt);
    this.#operations.push(this.#restOperation(attempt, null, { unknown: true }));
  }

  /** All of it until now. What is still under way is unknown. */
  operations(): Operation[] {
    return [
      ...this.#operations,
      ...this.#sockets.flatMap((socket) => socket.underWay()),
      ...Array.from(this.#attempts, (attempt) => this.#restOperation(attempt, null, { unknown: true })),
    ];
  }

  /** What was judged already: a run of hours does not grow. */
  forget(eventIds: ReadonlySet<string>): void {
    this.#operations = this.#operations.filter(({ eventId }) => !eventIds.has(eventId));
  }

  #newProcess(): number {
    this.#lastProcess += 1;
    return this.#lastProcess;
  }

  #restOperation({ asked, ...attempt }: RestAttempt, returnedMs: number | null, output: Output): Operation {
    return { process: this.#newProcess(), ...attempt, ...asked, return: returnedMs, output };
  }
}

export const recording = new Recording();
