import assert from 'node:assert/strict';
import { accepted, type Answer, type Frame, type Position, readAnswer, type WireClient } from './wire-client.js';

/** 0 free, 1 held, 2 booked, 3 blocked */
export type SeatState = number;

type Area = readonly [area: string, free: number, held: number, booked: number, blocked: number];

/** Two bits a seat, seat 0 in the lowest bits of byte 0. */
export function unpackStates(bytes: Uint8Array, seatCount: number): SeatState[] {
  assert.equal(bytes.length, Math.ceil(seatCount / 4), 'as many bytes as the seats need');
  return Array.from({ length: seatCount }, (_, seat) => ((bytes[seat >> 2] ?? 0) >> ((seat & 3) * 2)) & 3);
}

/** Above those that a client numbers by itself, as one client may feed several maps. */
let lastReqId = 2 ** 31;

/**
 * One client's seat map of one event, made of snapshots and deltas alone. It holds each of them against the rules of their
 * order (protocol page, section 3); what breaks one is kept in `faults`.
 */
export class WatchedMap {
  states: SeatState[] = [];
  /** `[free, held, booked, blocked]` by area. */
  readonly areas = new Map<string, readonly number[]>();
  position: Position = [0, 0];
  snapshots = 0;
  deltas = 0;
  readonly faults: string[] = [];
  /** Set by the `accepted` of a subscribe, until the first frame after it: what the map may begin with. */
  #beginning: { readonly resumedFrom: Position | null } | null = null;
  #client: WireClient | null = null;
  #asked = { reqId: 0, resumedFrom: null as Position | null };
  readonly #awaited = new Set<{ readonly seq: number; resolve(): void }>();

  constructor(readonly eventId: string) {}

  /**
   * Subscribes, from its own position where `resume`. Resolves once it has what was published then.
   * @returns the position in the `accepted`
   */
  async watch(client: WireClient, resume = false): Promise<Position> {
    const { position } = accepted(await this.tryToWatch(client, resume));
    await this.reached(position[1]);
    return position;
  }

  /** The same where it may be refused; what was published then need not have come yet. */
  async tryToWatch(client: WireClient, resume: boolean): Promise<Answer<unknown>> {
    lastReqId += 1;
    this.#asked = { reqId: lastReqId, resumedFrom: resume ? this.position : null };
    if (this.#client !== client) {
      this.#client = client;
      client.onFrame((frame) => this.#receive(client, frame));
    }
    return readAnswer(await client.askAs(this.#asked.reqId, 2, this.eventId, this.#asked.resumedFrom));
  }

  /** Resolves when the map stands at `seq` or above. */
  reached(seq: number): Promise<void> {
    if (this.position[1] >= seq) return Promise.resolve();
    return new Promise((resolve) => {
      this.#awaited.add({ seq, resolve });
    });
  }

  assertSound(): void {
    assert.deepEqual(this.faults, []);
  }

  #receive(client: WireClient, frame: Frame): void {
    if (client !== this.#client) return;
    if (frame[0] === 4 && frame[1] === this.#asked.reqId) {
      // The order starts anew.
      this.#beginning = { resumedFrom: this.#asked.resumedFrom };
      if (this.#asked.resumedFrom === null) this.position = [0, 0];
    }
    if (frame[1] !== this.eventId || (frame[0] !== 2 && frame[0] !== 3)) return;
    if (frame[0] === 2) this.#replace(frame);
    else this.#change(frame);
    this.#beginning = null;
    for (const awaited of this.#awaited) {
      if (this.position[1] < awaited.seq) continue;
      this.#awaited.delete(awaited);
      awaited.resolve();
    }
  }

  #replace(frame: Frame): void {
    const [, , position, seatCount, states, areas] = frame as [number, string, Position, number, Uint8Array, Area[]];
    this.#expect(position[1] >= this.position[1], 'a snapshot goes back', frame);
    this.states = unpackStates(states, seatCount);
    this.areas.clear();
    this.#count(areas);
    this.position = position;
    this.snapshots += 1;
  }

  #change(frame: Frame): void {
    type Delta = [number, string, epoch: number, fromSeq: number, toSeq: number, seats: number[], areas: Area[]];
    const [, , epoch, fromSeq, toSeq, seats, areas] = frame as Delta;
    this.#expect(this.snapshots > 0 && this.#beginning?.resumedFrom !== null, 'no snapshot came first', frame);
    this.#expect(fromSeq === this.position[1], `a delta does not follow ${this.position[1]}`, frame);
    this.#expect(toSeq >= fromSeq && epoch >= this.position[0], 'a delta goes back', frame);
    const changed = new Set<number>();
    for (let at = 0; at < seats.length; at += 2) {
      const [seat = -1, state = -1] = seats.slice(at, at + 2);
      this.#expect(seat in this.states && state >= 0 && state <= 3, 'no seat or no state', frame);
      changed.add(seat);
      this.states[seat] = state;
    }
    this.#expect(changed.size * 2 === seats.length, 'a seat comes twice', frame);
    this.#count(areas);
    this.position = [epoch, toSeq];
    this.deltas += 1;
  }

  #count(areas: readonly Area[]): void {
    for (const [area, ...counts] of areas) this.areas.set(area, counts);
  }

  #expect(isSo: boolean, fault: string, frame: Frame): void {
    if (!isSo) this.faults.push(`${fault}: ${JSON.stringify(frame)}`);
  }
}
