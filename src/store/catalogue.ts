import { openingBatch } from '../journal/opening.js';
import { must } from '../lib/must.js';
import type { EventConfiguration } from '../seatmap/configuration.js';
import type { Queryable } from './queryable.js';
import type { EventColumnsRow, ShownConfiguration } from './sql/event-columns.js';
import { insertChart } from './sql/insert-chart.js';
import { insertEvent } from './sql/insert-event.js';
import { listEvents } from './sql/list-events.js';
import { postgresTime, type PostgresTimeRow } from './sql/postgres-time.js';
import { readChart, type ReadChartRow } from './sql/read-chart.js';
import { readEvent } from './sql/read-event.js';

/** One version of a chart, which never changes. */
export interface ChartRow {
  readonly chartId: string;
  readonly chartVersion: number;
  readonly name: string;
  readonly seatCount: number;
  readonly areaCount: number;
  /** JSON, as it is served. */
  readonly body: string;
}

/** What people read about an event. */
export interface EventRow {
  readonly eventId: string;
  readonly organiserId: string;
  readonly name: string;
  readonly startsAtMs: number;
  readonly chartId: string;
  readonly chartVersion: number;
  readonly configuration: ShownConfiguration;
}

/** Whose the events are where nobody says: an installation of one organiser need not name him. */
export const defaultOrganiserId = 'default';

export interface NewEvent {
  readonly eventId: string;
  readonly organiserId?: string;
  readonly name: string;
  readonly startsAtMs: number;
  readonly configuration: EventConfiguration;
}

/** An answer that is kept together with what it speaks of. See idempotent-answers.ts. */
export interface AnswerToKeep {
  readonly key: string;
  readonly requestHash: Uint8Array;
  readonly answer: object;
}

/** Charts and events. Each write is one statement: all of it is committed, or nothing. */
export class Catalogue {
  readonly #connection: Queryable;

  constructor(connection: Queryable) {
    this.#connection = connection;
  }

  /** Writes version 1 of a new chart; false where the id is in use. */
  async insertChart(chart: ChartRow, answer: AnswerToKeep | null): Promise<boolean> {
    const { chartId, chartVersion, name, seatCount, areaCount, body } = chart;
    const values = [chartId, chartVersion, name, seatCount, areaCount, body, ...valuesOf(answer)];
    const { rows } = await this.#connection.query({ ...insertChart, values });
    return rows.length === 1;
  }

  /** That version, or the newest one; null where there is none. */
  async chart(chartId: string, chartVersion: number | null = null): Promise<ChartRow | null> {
    const { rows } = await this.#connection.query<ReadChartRow>({ ...readChart, values: [chartId, chartVersion] });
    const [row] = rows;
    if (row === undefined) return null;
    return {
      chartId: row.chart_id,
      chartVersion: row.chart_version,
      name: row.name,
      seatCount: row.seat_count,
      areaCount: row.area_count,
      body: row.body,
    };
  }

  /**
   * Writes an event and change 1 of its journal, which nobody owns yet; false where the id is in use. The change carries
   * Postgres' time: an actor's time begins there and never falls, so no other machine's clock may set it.
   */
  async insertEvent(event: NewEvent, answer: AnswerToKeep | null): Promise<boolean> {
    const { eventId, organiserId = defaultOrganiserId, name, startsAtMs, configuration } = event;
    const { seatCategories: _categories, layout: _layout, ...shown } = configuration;
    const opening = openingBatch(eventId, configuration, await this.#nowMs());
    const values = [
      eventId,
      organiserId,
      name,
      startsAtMs,
      configuration.chartId,
      configuration.chartVersion,
      JSON.stringify(shown),
      opening.blob,
      ...valuesOf(answer),
    ];
    const { rows } = await this.#connection.query({ ...insertEvent, values });
    return rows.length === 1;
  }

  async event(eventId: string): Promise<EventRow | null> {
    const { rows } = await this.#connection.query<EventColumnsRow>({ ...readEvent, values: [eventId] });
    return rows[0] === undefined ? null : eventRow(rows[0]);
  }

  /** The `limit` newest events, in the order in which they take place. */
  async events(limit: number): Promise<EventRow[]> {
    const { rows } = await this.#connection.query<EventColumnsRow>({ ...listEvents, values: [limit] });
    return rows.map(eventRow);
  }

  async #nowMs(): Promise<number> {
    const { rows } = await this.#connection.query<PostgresTimeRow>(postgresTime);
    return must(rows[0], 'time').now_ms;
  }
}

function eventRow(record: EventColumnsRow): EventRow {
  return {
    eventId: record.event_id,
    organiserId: record.organiser_id,
    name: record.name,
    startsAtMs: record.starts_at_ms,
    chartId: record.chart_id,
    chartVersion: record.chart_version,
    configuration: record.configuration,
  };
}

function valuesOf(answer: AnswerToKeep | null): unknown[] {
  return answer === null ? [null, null, null] : [answer.key, answer.requestHash, JSON.stringify(answer.answer)];
}
