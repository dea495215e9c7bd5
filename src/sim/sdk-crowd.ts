import assert from 'node:assert/strict';
import { memorySessionStore } from '../client/client.js';
import { SessionTokens } from '../gateway/tokens.js';
import type { Entry } from '../journal/entry.js';
import { holdIdOf } from '../seatmap/ids.js';
import type { SeatMap } from '../seatmap/seat-map.js';
import { seatStates } from '../client/seat-map-model.js';
import type { SdkDraw } from './draw.js';
import { SdkBuyer, type SdkGround } from './sdk-buyer.js';
import type { GatewaySettings } from './sim-gateway.js';
import type { World } from './world.js';

/** A program that has followed for so long, while nothing changed, shows what the server has. Design, I14. */
export const mapsAgreeMs = 2_000;
/** News of own holds is best effort; where some was missed, the SDK asks within this: 10 s after it last did, and the answer. */
export const holdsAgreeMs = 14_000;

/** The same for all nodes of a world. */
export function gatewaySettings({ sessionTtlMs, messagesPerSecond }: SdkDraw): GatewaySettings {
  const tokens = new SessionTokens([{ keyId: 'sim', secret: new Uint8Array(32).fill(7) }]);
  return { tokens, sessionTtlMs, messagesPerSecond };
}

/** All buyers of a world that use the SDK. */
export class SdkCrowd {
  readonly buyers: readonly SdkBuyer[];

  constructor(
    private readonly world: World,
    draw: SdkDraw,
    burstMax: number,
    groundOf: (event: number) => SdkGround,
  ) {
    this.buyers = draw.holders.flatMap(({ event, tabs }, holder) => {
      const store = memorySessionStore();
      return tabs.map((subprotocol, tab) => {
        return new SdkBuyer(groundOf(event), `page-${holder}-${tab}`, subprotocol, store, burstMax);
      });
    });
  }

  begin(operations: number): void {
    for (const buyer of this.buyers) buyer.begin(operations);
  }

  get idle(): boolean {
    return this.buyers.every((buyer) => buyer.idle);
  }

  /**
   * All faults are over: every promise settles, and every unknown outcome becomes known. There may be hundreds, and sockets that
   * let two messages a second pass: so the time begins anew while they become fewer.
   */
  async settle(withinMs: number): Promise<void> {
    let untilMs = this.world.nowMs + withinMs;
    let fewest = Number.POSITIVE_INFINITY;
    for (const buyer of this.buyers) buyer.reconnect();
    for (;;) {
      await this.#quiet(untilMs);
      const unknown = this.buyers.reduce((sum, buyer) => sum + buyer.unknown, 0);
      if (unknown === 0) return;
      if (unknown < fewest) {
        fewest = unknown;
        untilMs = this.world.nowMs + withinMs;
      }
      for (const buyer of this.buyers) buyer.resolve();
    }
  }

  async #quiet(untilMs: number): Promise<void> {
    const isQuiet = (): boolean => this.buyers.every((buyer) => buyer.quiet);
    await this.world.run(untilMs, isQuiet);
    assert.ok(isQuiet(), "after all faults ended, a command's promise is not settled");
    assert.ok(this.world.nowMs < untilMs, 'after all faults ended, an outcome is still unknown');
  }

  /** Whether everybody has been connected, and has followed, for that long. */
  isLiveFor(ms: number): boolean {
    return this.buyers.every((buyer) => buyer.liveMs >= ms);
  }

  checkMaps(eventId: string, server: SeatMap): void {
    for (const { map } of this.#of(eventId)) {
      const shown = Array.from({ length: map.seatCount }, (_, seat) => seatStates.indexOf(map.state(seat)));
      assert.deepEqual(shown, [...server.states], "[I14] after all faults ended the SDK's map is not the server's");
      assert.deepEqual(
        map.areas.map(({ area, free, held, booked, blocked }) => [area, free, held, booked, blocked]),
        server.areas.all(),
        "[I14] after all faults ended the SDK's areas are not the server's",
      );
    }
  }

  /** @param mayMiss news of holds may be lost on its way from one node to another: then some are not shown */
  checkOwnHolds(eventId: string, entries: readonly Entry[], mayMiss: boolean): void {
    const live = liveHolds(entries);
    for (const { map, holderId } of this.#of(eventId)) {
      const held = [...live].flatMap(([holdId, holder]) => (holder === holderId ? [holdId] : []));
      const shown = map.ownHolds.map(({ holdId }) => holdId).toSorted();
      assert.deepEqual(
        shown,
        mayMiss ? shown.filter((holdId) => held.includes(holdId)) : held.toSorted(),
        `after all faults ended the SDK shows ${holderId} other holds than it has`,
      );
    }
  }

  #of(eventId: string): SdkBuyer[] {
    return this.buyers.filter((buyer) => buyer.eventId === eventId);
  }
}

/** Who has each live hold. */
function liveHolds(entries: readonly Entry[]): Map<string, string> {
  const live = new Map<string, string>();
  for (const { change, epoch, seq } of entries) {
    if (change.kind === 'SeatsHeld' || change.kind === 'PlacesHeld')
      live.set(holdIdOf(epoch, seq), change.identity.holderId);
    if (!('holdSeq' in change) || change.kind === 'HoldExtended') continue;
    const isPart = change.kind === 'HoldReleased' && change.remaining.length + (change.remainingQuantity ?? 0) > 0;
    if (!isPart) live.delete(holdIdOf(change.holdEpoch, change.holdSeq));
  }
  return live;
}
