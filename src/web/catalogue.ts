import { isListOf, isMap, isText, isWhole } from '../protocol/field.js';

/** `GET /v1/events/{eventId}`, as much of it as the page shows. Protocol page, section 5. */
export interface EventDetails {
  readonly eventId: string;
  readonly name: string;
  readonly startsAt: string;
  readonly onSaleAt?: string;
  readonly currency: string;
  /** Minor units by category. */
  readonly prices: Readonly<Record<string, number>>;
  readonly holdTtlMs: number;
  readonly limits: { readonly seatsPerHold?: number };
  readonly liveUrl: string;
}

/** `GET /v1/events/{eventId}/chart` */
export interface Chart {
  readonly name: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly categories: readonly { readonly key: string; readonly name: string; readonly color: string }[];
  readonly sections: readonly ChartSection[];
  readonly drawing?: unknown;
}
export interface ChartSection {
  readonly key: string;
  readonly name: string;
  readonly rows: readonly { readonly label: string; readonly seats: readonly ChartSeat[] }[];
}
export interface ChartSeat {
  readonly index: number;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly category: string;
  readonly accessible?: 'wheelchair' | 'companion';
}

/** The id of the first event there is, or null. */
export async function firstEventId(): Promise<string | null> {
  const body = await read('/v1/events');
  const first: unknown = isMap(body) && Array.isArray(body['events']) ? body['events'][0] : null;
  return isMap(first) && isText(first['eventId']) ? first['eventId'] : null;
}

export async function loadEvent(eventId: string): Promise<EventDetails> {
  const body = await read(`/v1/events/${encodeURIComponent(eventId)}`);
  if (!isEventDetails(body)) throw new Error('The server describes the event in a way that this page does not know.');
  return body;
}

export async function loadChart(eventId: string): Promise<Chart> {
  const body = await read(`/v1/events/${encodeURIComponent(eventId)}/chart`);
  if (!isChart(body)) throw new Error('The server describes the hall in a way that this page does not know.');
  return body;
}

async function read(path: string): Promise<unknown> {
  const response = await fetch(path, { headers: { accept: 'application/json' } });
  if (response.status === 404) throw new Error('There is no such event.');
  if (!response.ok) throw new Error(`The server answered with ${response.status}.`);
  return response.json();
}

function isEventDetails(value: unknown): value is EventDetails {
  return (
    isMap(value) &&
    isText(value['eventId']) &&
    isText(value['name']) &&
    isText(value['startsAt']) &&
    isText(value['currency']) &&
    isMap(value['prices']) &&
    isWhole(value['holdTtlMs']) &&
    isMap(value['limits']) &&
    isText(value['liveUrl'])
  );
}

export function isChart(value: unknown): value is Chart {
  return (
    isMap(value) &&
    isText(value['name']) &&
    isMap(value['size']) &&
    isNumber(value['size']['width']) &&
    isNumber(value['size']['height']) &&
    isListOf(value['categories'], isCategory) &&
    isListOf(value['sections'], isSection)
  );
}

function isCategory(value: unknown): value is Chart['categories'][number] {
  return isMap(value) && isText(value['key']) && isText(value['name']) && isText(value['color']);
}

function isSection(value: unknown): value is ChartSection {
  return isMap(value) && isText(value['key']) && isText(value['name']) && isListOf(value['rows'], isRow);
}

function isRow(value: unknown): value is ChartSection['rows'][number] {
  return isMap(value) && isText(value['label']) && isListOf(value['seats'], isSeat);
}

function isSeat(value: unknown): value is ChartSeat {
  return (
    isMap(value) &&
    isWhole(value['index']) &&
    isText(value['label']) &&
    isNumber(value['x']) &&
    isNumber(value['y']) &&
    isText(value['category'])
  );
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
