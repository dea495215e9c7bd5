import { isListOf, isMap, isText, isWhole } from '../protocol/field.js';
import { globalFetch } from './default-platform.js';
import type { Fetch } from './platform.js';
import { readJson } from './read-json.js';
import { UsherError } from './usher-error.js';

/** An event as the catalogue tells it. Times are ISO 8601. */
export interface EventDetails {
  readonly eventId: string;
  readonly name: string;
  readonly startsAt: string;
  readonly onSaleAt?: string;
  readonly closesAt?: string;
  readonly chartId: string;
  readonly chartVersion: number;
  readonly seatCount: number;
  /** ISO 4217. */
  readonly currency: string;
  /** Minor units of the currency, by category. */
  readonly prices: Readonly<Record<string, number>>;
  readonly holdTtlMs: number;
  /** Places of areas count as seats. */
  readonly limits: {
    readonly seatsPerHold: number;
    readonly holdsPerHolder: number;
    readonly seatsPerHolder: number;
    readonly extensionsPerHold: number;
  };
  /** `server`: only an integrator may confirm. */
  readonly confirmBy: 'holder' | 'server';
  /** For `connectUsher`. */
  readonly liveUrl: string;
}

/** The geometry of a hall, in units of its own; y grows downwards. */
export interface Chart {
  readonly chartVersion: number;
  readonly name: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly categories: readonly ChartCategory[];
  readonly sections: readonly ChartSection[];
  /** General admission. */
  readonly areas: readonly ChartArea[];
  /** What the best seats are near to, as a rule the middle of the stage. */
  readonly focalPoint?: ChartPoint;
  /** Stage, bars, texts: whatever the chart's author drew. */
  readonly drawing?: unknown;
}
export interface ChartCategory {
  readonly key: string;
  readonly name: string;
  /** As CSS writes it. */
  readonly color: string;
}
export interface ChartSection {
  readonly key: string;
  readonly name: string;
  readonly rows: readonly ChartRow[];
}
export interface ChartRow {
  readonly label: string;
  readonly seats: readonly ChartSeat[];
}
export interface ChartSeat {
  /** What commands and seat maps name the seat by. */
  readonly index: number;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly category: string;
  readonly accessible?: 'wheelchair' | 'companion';
}
export interface ChartArea {
  /** What commands and seat maps name the area by. */
  readonly area: string;
  readonly name: string;
  readonly capacity: number;
  readonly category: string;
  readonly shape: AreaShape;
}
/** A rectangle by its upper left corner, an ellipse by its middle. */
export type AreaShape =
  | { readonly type: 'polygon'; readonly points: readonly (readonly [x: number, y: number])[] }
  | {
      readonly type: 'rectangle';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    }
  | {
      readonly type: 'ellipse';
      readonly x: number;
      readonly y: number;
      readonly radiusX: number;
      readonly radiusY: number;
    };
export interface ChartPoint {
  readonly x: number;
  readonly y: number;
}

export interface CatalogueOptions {
  /** Default: the global `fetch`. */
  readonly fetch?: Fetch;
}

/**
 * All events, the next one first. `webUrl`: the web port, as `http://127.0.0.1:8080`; `''` for the site that the page is of.
 * Rejects with `UsherError`, as the other two do.
 */
export async function listEvents(webUrl: string, options?: CatalogueOptions): Promise<readonly EventDetails[]> {
  const body = await read(webUrl, '/v1/events', options);
  if (isMap(body) && isListOf(body['events'], isEventDetails)) return body['events'];
  throw unreadable('the list of events');
}

export async function readEvent(webUrl: string, eventId: string, options?: CatalogueOptions): Promise<EventDetails> {
  const body = await read(webUrl, `/v1/events/${encodeURIComponent(eventId)}`, options);
  if (isEventDetails(body)) return body;
  throw unreadable(`the event ${eventId}`);
}

/** The chart of an event. It never changes while the event's `chartVersion` is the same. */
export async function readChart(webUrl: string, eventId: string, options?: CatalogueOptions): Promise<Chart> {
  const body = await read(webUrl, `/v1/events/${encodeURIComponent(eventId)}/chart`, options);
  if (isChart(body)) return body;
  throw unreadable(`the chart of ${eventId}`);
}

function read(webUrl: string, path: string, options: CatalogueOptions = {}): Promise<unknown> {
  return readJson(options.fetch ?? globalFetch, webUrl.replace(/\/+$/, '') + path);
}

function unreadable(what: string): UsherError {
  return new UsherError('unavailable', `Cannot read ${what} as the answer has another shape than this client knows`);
}

function isEventDetails(value: unknown): value is EventDetails {
  return (
    isMap(value) &&
    isText(value['eventId']) &&
    isText(value['name']) &&
    isText(value['startsAt']) &&
    isAbsentOr(isText, value['onSaleAt']) &&
    isAbsentOr(isText, value['closesAt']) &&
    isText(value['chartId']) &&
    isWhole(value['chartVersion']) &&
    isWhole(value['seatCount']) &&
    isText(value['currency']) &&
    isMap(value['prices']) &&
    Object.values(value['prices']).every(isWhole) &&
    isWhole(value['holdTtlMs']) &&
    isLimits(value['limits']) &&
    (value['confirmBy'] === 'holder' || value['confirmBy'] === 'server') &&
    isText(value['liveUrl'])
  );
}

function isLimits(value: unknown): boolean {
  return (
    isMap(value) &&
    isWhole(value['seatsPerHold']) &&
    isWhole(value['holdsPerHolder']) &&
    isWhole(value['seatsPerHolder']) &&
    isWhole(value['extensionsPerHold'])
  );
}

export function isChart(value: unknown): value is Chart {
  return (
    isMap(value) &&
    isWhole(value['chartVersion']) &&
    isText(value['name']) &&
    isMap(value['size']) &&
    areNumbers(value['size'], 'width', 'height') &&
    isListOf(value['categories'], isCategory) &&
    isListOf(value['sections'], isSection) &&
    isListOf(value['areas'], isArea) &&
    isAbsentOr(isPoint, value['focalPoint'])
  );
}

function isCategory(value: unknown): value is ChartCategory {
  return isMap(value) && isText(value['key']) && isText(value['name']) && isText(value['color']);
}

function isSection(value: unknown): value is ChartSection {
  return isMap(value) && isText(value['key']) && isText(value['name']) && isListOf(value['rows'], isRow);
}

function isRow(value: unknown): value is ChartRow {
  return isMap(value) && isText(value['label']) && isListOf(value['seats'], isSeat);
}

function isSeat(value: unknown): value is ChartSeat {
  return (
    isMap(value) &&
    isWhole(value['index']) &&
    isText(value['label']) &&
    areNumbers(value, 'x', 'y') &&
    isText(value['category']) &&
    isAbsentOr(isAccess, value['accessible'])
  );
}

function isAccess(value: unknown): boolean {
  return value === 'wheelchair' || value === 'companion';
}

function isArea(value: unknown): value is ChartArea {
  return (
    isMap(value) &&
    isText(value['area']) &&
    isText(value['name']) &&
    isWhole(value['capacity']) &&
    isText(value['category']) &&
    isShape(value['shape'])
  );
}

function isShape(value: unknown): boolean {
  if (!isMap(value)) return false;
  switch (value['type']) {
    case 'polygon':
      return isListOf(value['points'], isPair);
    case 'rectangle':
      return areNumbers(value, 'x', 'y', 'width', 'height');
    case 'ellipse':
      return areNumbers(value, 'x', 'y', 'radiusX', 'radiusY');
    default:
      return false;
  }
}

function isPair(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && isNumber(value[0]) && isNumber(value[1]);
}

function isPoint(value: unknown): boolean {
  return isMap(value) && areNumbers(value, 'x', 'y');
}

function areNumbers(value: Readonly<Record<string, unknown>>, ...keys: readonly string[]): boolean {
  return keys.every((key) => isNumber(value[key]));
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isAbsentOr(isKind: (value: unknown) => boolean, value: unknown): boolean {
  return value === undefined || isKind(value);
}
