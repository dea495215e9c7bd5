import type { EventConfiguration } from '../../seatmap/configuration.js';

/** Of a configuration what people read. The rest, seat by seat, is by far the longest part and for the event's actor alone. */
export type ShownConfiguration = Omit<EventConfiguration, 'seatCategories' | 'layout'>;

/** The release before wrote configurations that have the categories of the seats, and know no areas. */
export const eventColumns = `event_id, organiser_id, name,
      round(extract(epoch from starts_at) * 1000)::double precision as starts_at_ms, chart_id, chart_version,
      '{"areas": []}'::jsonb || (configuration - '{seatCategories,layout}'::text[]) as configuration`;

export interface EventColumnsRow {
  readonly event_id: string;
  readonly organiser_id: string;
  readonly name: string;
  readonly starts_at_ms: number;
  readonly chart_id: string;
  readonly chart_version: number;
  readonly configuration: ShownConfiguration;
}
