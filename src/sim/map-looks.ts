import assert from 'node:assert/strict';
import type { LiveArea, LiveSeatMap, OwnHold, Position } from '../client/client.js';
import type { DownFrame, HoldBody, MyHoldsBody, ReleaseBody } from '../protocol/down.js';
import type { Sometimes } from './sometimes.js';
import type { Asked } from './wire-tap.js';

/** What the wire said of own holds: laid over the map until that has reached `seq`. */
export interface News {
  readonly seq: number;
  readonly seats: readonly number[];
}

/** What the SDK showed at one moment. */
export interface Look {
  readonly position: Position;
  readonly states: Uint8Array;
  readonly areas: readonly LiveArea[];
  /** Own news of places runs ahead of the map: counts may differ from the journal's. */
  readonly areasAhead: boolean;
  /** News that the map had not reached. */
  readonly ahead: readonly News[];
}

/** A seat of a hold that had been accepted was shown as free: right only where it had left the hold by then. */
export interface ShownFree {
  readonly holdId: string;
  readonly seat: number;
  /** The map's position. */
  readonly mapSeq: number;
  readonly atMs: number;
}

/** What all programs of one event saw, judged once the journal is whole: check-sdk.ts. */
export class SdkSightings {
  readonly looks: Look[] = [];
  readonly shownFree: ShownFree[] = [];
  /** By hold: each program that showed it as its own, by the holders that it has been. */
  readonly owners = new Map<string, Set<ReadonlySet<string>>>();
}

const stateNumbers = { free: 0, held: 1, booked: 2, blocked: 3 } as const;

/** Looks at a program's map after each frame, and remembers what the wire has said of its own holds. */
export class MapLooks {
  #news: (News & { readonly areas: boolean; readonly held: boolean })[] = [];
  /** Seats of holds that this program got `accepted` for, by hold. */
  readonly #told = new Map<string, Set<number>>();
  /** Holds that this program was told the end of. */
  readonly #ended = new Set<string>();

  constructor(
    private readonly sightings: SdkSightings,
    private readonly sometimes: Sometimes,
  ) {}

  /** The program starts anew and knows nothing. */
  forget(): void {
    this.#news = [];
    this.#told.clear();
    this.#ended.clear();
  }

  heard(frame: DownFrame, asked: Asked | null): void {
    if (frame[0] === 6) {
      this.#add(frame[2][1], frame[5], frame[6] !== undefined, false);
      this.#ended.add(frame[3]);
    }
    if (frame[0] === 9) this.#add(frame[2][1], frame[3].seats, frame[3].area !== undefined, true);
    if (frame[0] !== 4 || asked === null || frame[2][1] === 0) return;
    const request = asked.frame;
    const { kind } = request;
    const [, , [, seq], body] = frame;
    if (kind === 'myHolds')
      for (const { seats, area } of (body as MyHoldsBody).holds) this.#add(seq, seats, area !== undefined, true);
    if (request.kind === 'confirm') {
      this.#addBody(seq, body as HoldBody, false);
      this.#ended.add(request.holdId);
    }
    if (kind === 'release') {
      const { holdId, seats, remaining, remainingQuantity = 0 } = body as ReleaseBody;
      if (remaining.length + remainingQuantity === 0) this.#ended.add(holdId);
      this.#addBody(seq, body as HoldBody, false);
      for (const seat of seats) this.#told.get(holdId)?.delete(seat);
    }
    if (kind === 'hold' || kind === 'holdBest' || kind === 'holdArea' || kind === 'extend') {
      const hold = body as HoldBody;
      if (hold.expiresInMs === 0) return;
      this.#addBody(seq, hold, true);
      this.#told.set(hold.holdId, new Set(hold.seats));
    }
  }

  /** @param holders all that the program has been: it may show the holds of the last one until it has heard of the next one's */
  look(map: LiveSeatMap, holders: ReadonlySet<string>, nowMs: number): void {
    const { position } = map;
    if (position === null) return;
    this.#news = this.#news.filter(({ seq }) => seq > position[1]);
    const states = new Uint8Array(map.seatCount);
    for (let seat = 0; seat < states.length; seat += 1) states[seat] = stateNumbers[map.state(seat)];
    const ahead = this.#news.map(({ seq, seats }) => ({ seq, seats }));
    const areasAhead = this.#news.some((news) => news.areas);
    this.sightings.looks.push({ position, states, areas: map.areas, areasAhead, ahead });
    if (this.#news.some(({ held, seats }) => held && seats.some((seat) => states[seat] === stateNumbers.held)))
      this.sometimes.hit('sdk: own hold shown ahead of the map');
    this.#findShownFree(states, position[1], nowMs);
    this.#noteOwners(map.ownHolds, holders);
  }

  #findShownFree(states: Uint8Array, mapSeq: number, atMs: number): void {
    for (const [holdId, seats] of this.#told)
      for (const seat of seats) {
        if (states[seat] !== stateNumbers.free) continue;
        this.sightings.shownFree.push({ holdId, seat, mapSeq, atMs });
        seats.delete(seat);
      }
  }

  #noteOwners(holds: readonly OwnHold[], holders: ReadonlySet<string>): void {
    const { owners } = this.sightings;
    for (const { holdId } of holds) {
      assert.ok(!this.#ended.has(holdId), `the SDK shows a hold though it was told of its end: ${holdId}`);
      const known = owners.get(holdId);
      if (known === undefined) owners.set(holdId, new Set([holders]));
      else known.add(holders);
    }
  }

  #addBody(seq: number, { seats, area }: Pick<HoldBody, 'seats' | 'area'>, held: boolean): void {
    this.#add(seq, seats, area !== undefined, held);
  }

  #add(seq: number, seats: readonly number[], areas: boolean, held: boolean): void {
    this.#news.push({ seq, seats, areas, held });
  }
}
