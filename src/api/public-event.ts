import type { EventRow } from '../store/catalogue.js';

/** An event as `GET /v1/events/{eventId}` tells it: times in ISO 8601, UTC; what is not set is left out. */
export interface PublicEvent {
  readonly eventId: string;
  readonly name: string;
  readonly startsAt: string;
  readonly onSaleAt?: string;
  readonly closesAt?: string;
  readonly chartId: string;
  readonly chartVersion: number;
  readonly seatCount: number;
  readonly currency: string;
  /** Minor units by category. */
  readonly prices: Readonly<Record<string, number>>;
  readonly holdTtlMs: number;
  readonly limits: {
    readonly seatsPerHold: number;
    readonly holdsPerHolder: number;
    readonly seatsPerHolder: number;
    readonly extensionsPerHold: number;
  };
  readonly confirmBy: 'holder' | 'server';
  readonly liveUrl: string;
}

export function publicEvent(row: EventRow, liveUrl: string): PublicEvent {
  const { eventId, name, startsAtMs, chartId, chartVersion, configuration } = row;
  const { onSaleAtMs, closesAtMs, categories, pricesMinor } = configuration;
  return {
    eventId,
    name,
    startsAt: isoTime(startsAtMs),
    ...(onSaleAtMs === null ? {} : { onSaleAt: isoTime(onSaleAtMs) }),
    ...(closesAtMs === null ? {} : { closesAt: isoTime(closesAtMs) }),
    chartId,
    chartVersion,
    seatCount: configuration.seatCount,
    currency: configuration.currency,
    prices: Object.fromEntries(categories.map((category, at) => [category, pricesMinor[at] ?? 0])),
    holdTtlMs: configuration.holdTtlMs,
    limits: {
      seatsPerHold: configuration.seatsPerHoldMax,
      holdsPerHolder: configuration.holdsPerHolderMax,
      seatsPerHolder: configuration.seatsPerHolderMax,
      extensionsPerHold: configuration.extensionsPerHoldMax,
    },
    confirmBy: configuration.confirmBy,
    liveUrl,
  };
}

function isoTime(sinceEpochMs: number): string {
  return new Date(sinceEpochMs).toISOString();
}
