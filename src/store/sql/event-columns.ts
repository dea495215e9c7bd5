import type { EventConfiguration } from '../../seatmap/configuration.js';

/** What people read about an event. The categories seat by seat are for its actor, and by far the longest part. */
export const eventColumns = `event_id, name,
      round(extract(epoch from starts_at) * 1000)::double precision as starts_at_ms, chart_id, chart_version,
      configuration - 'seatCategories' as configuration`;

export interface EventColumnsRow {
  readonly event_id: string;
  readonly name: string;
  readonly starts_at_ms: number;
  readonly chart_id: string;
  readonly chart_version: number;
  readonly configuration: Omit<EventConfiguration, 'seatCategories'>;
}
