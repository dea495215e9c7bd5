import type { Asked, Operation, Output, Position } from './history.js';
import { askedOf } from './history-line.js';

/** A message of the protocol, decoded: docs/PROTOCOL.md, sections 2 and 3. */
export type Frame = readonly unknown[];

interface Attempt {
  readonly client: string;
  readonly eventId: string;
  readonly asked: Asked;
  readonly call: number;
}

/**
 * Makes operations of the frames of one socket: one for each attempt that is answered or given up, and one for each frame that
 * nobody asked for. What is no command, and what is said before the welcome, is nobody's history.
 */
export class WireHistory {
  readonly #attempts = new Map<number, Attempt>();
  /** Null before the server has said who it is. */
  #client: string | null = null;

  /** @param process all that its frames tell of is one map of an event */
  constructor(
    private readonly process: number,
    private readonly emit: (operation: Operation) => void,
  ) {}

  /** Call just before the frame goes out. */
  sending(frame: Frame, nowMs: number): void {
    const [, reqId, eventId] = frame;
    const asked = askedBy(frame);
    if (asked === null || this.#client === null || typeof eventId !== 'string') return;
    this.#attempts.set(Number(reqId), { client: this.#client, eventId, asked, call: nowMs });
  }

  came(frame: Frame, nowMs: number): void {
    const [number, second, third, fourth, fifth] = frame;
    if (number === 1) this.#client = (third as { readonly holderId: string }).holderId;
    else if (number === 4) this.#settle(Number(second), nowMs, { ok: { position: third as Position, body: fourth } });
    else if (number === 5) this.#settle(Number(second), nowMs, refusalOf(String(third), fifth as object));
    else this.#see(frame, nowMs);
  }

  /** Of what is still under way, nobody will ever tell. */
  closed(): void {
    for (const operation of this.underWay()) this.emit(operation);
    this.#attempts.clear();
  }

  /** What is unknown until now. */
  underWay(): Operation[] {
    return Array.from(this.#attempts.values(), (attempt) => this.#operationOf(attempt, null, { unknown: true }));
  }

  #settle(reqId: number, nowMs: number, output: Output): void {
    const attempt = this.#attempts.get(reqId);
    if (attempt === undefined) return;
    this.#attempts.delete(reqId);
    this.emit(this.#operationOf(attempt, nowMs, output));
  }

  #see(frame: Frame, nowMs: number): void {
    const seen = seenIn(frame);
    if (seen === null || this.#client === null) return;
    const { asked, ok } = seen;
    const attempt = { client: this.#client, eventId: String(frame[1]), asked, call: nowMs };
    this.emit(this.#operationOf(attempt, nowMs, { ok }));
  }

  #operationOf({ asked, ...attempt }: Attempt, returnedMs: number | null, output: Output): Operation {
    return { process: this.process, socket: 1, ...attempt, ...asked, return: returnedMs, output };
  }
}

/** What a code such as `"409 seat_taken"` says of a command. `unavailable` is no refusal: nobody knows. */
export function refusalOf(code: string, details: object): Output {
  const name = code.replace(/^\d+ /, '');
  return name === 'unavailable' || name === '' ? { unknown: true } : { refused: { code: name, details } };
}

function askedBy([number, , , first, second, third, fourth]: Frame): Asked | null {
  switch (number) {
    case 2:
      return askedOf('subscribe', { position: first });
    case 10:
      return askedOf('hold', { commandId: first, seats: second });
    case 11:
      return askedOf('holdBest', { commandId: first, ...(second as object) });
    case 12:
      return askedOf('extend', { commandId: first, holdId: second });
    case 13: {
      const quantity = fourth === undefined ? {} : { quantity: fourth };
      return askedOf('release', { commandId: first, holdId: second, seats: third, ...quantity });
    }
    case 14:
      return askedOf('confirm', { commandId: first, holdId: second, ...(third as object) });
    case 15:
      return askedOf('holdArea', { commandId: first, ...(second as object) });
    case 16:
      return askedOf('myHolds', {});
    default:
      return null;
  }
}

interface Seen {
  readonly asked: Asked;
  readonly ok: { readonly position: Position; readonly body: object };
}

/** What a frame shows that nobody asked for. */
function seenIn([number, , second, third, fourth, fifth, sixth, seventh]: Frame): Seen | null {
  switch (number) {
    case 2: {
      const states = Buffer.from(fourth as Uint8Array).toString('base64');
      return {
        asked: { op: 'snapshot', input: {} },
        ok: { position: second as Position, body: { seatCount: third, states, areas: fifth } },
      };
    }
    case 3:
      return {
        asked: { op: 'delta', input: {} },
        ok: { position: [Number(second), Number(fourth)], body: { fromSeq: third, seats: fifth, areas: sixth } },
      };
    case 6: {
      const places = sixth === undefined ? {} : { area: sixth, quantity: seventh };
      return {
        asked: { op: 'holdEnded', input: {} },
        ok: { position: second as Position, body: { holdId: third, reason: fourth, seats: fifth, ...places } },
      };
    }
    case 9:
      return {
        asked: { op: 'holdChanged', input: {} },
        ok: { position: second as Position, body: third as object },
      };
    default:
      return null;
  }
}
