/** Seating plans of pretix, written by hand. A new object each time, so that tests may break it. */
export interface Plan {
  [key: string]: unknown;
  categories: Record<string, unknown>[];
  zones: PlanZone[];
}
export interface PlanZone {
  [key: string]: unknown;
  rows: PlanRow[];
  areas?: unknown[];
}
export interface PlanRow {
  [key: string]: unknown;
  seats: Record<string, unknown>[];
}

/** One zone, two rows of four and three seats, and a stage. */
export function smallTheatre(): Plan {
  return {
    name: 'Small theatre',
    size: { width: 400, height: 300 },
    categories: [
      { name: 'Front', color: '#7f4a91' },
      { name: 'Rear', color: 'teal' },
    ],
    zones: [
      {
        name: 'Parkett',
        zone_id: 'parkett',
        uuid: '5d0a6c3e-0000-4000-8000-000000000001',
        position: { x: 50, y: 100 },
        rows: [
          {
            row_number: '1',
            row_label: 'Reihe 1',
            seat_label: 'Platz %s',
            uuid: '5d0a6c3e-0000-4000-8000-000000000002',
            row_number_position: 'both',
            position: { x: 10, y: 0 },
            seats: [
              seat('P-1-1', '1', 0, 0, 'Front', { start_direction: '>' }),
              seat('P-1-2', '2', 30, 0, 'Front'),
              seat('P-1-3', '3', 60, 0, 'Front', { radius: 12 }),
              seat('P-1-4', '4', 90, 0, 'Front', { start_direction: null }),
            ],
          },
          {
            row_number: '2',
            row_number_position: null,
            position: { x: 25, y: 40 },
            seats: [
              seat('P-2-1', '1', 0, 0, 'Rear'),
              seat('P-2-2', '2', 30, 5, 'Rear'),
              seat('P-2-3', '3', 60, 0, 'Rear'),
            ],
          },
        ],
        areas: [
          {
            shape: 'rectangle',
            color: '#dddddd',
            border_color: '#555555',
            rotation: 0,
            position: { x: 10, y: -90 },
            uuid: '5d0a6c3e-0000-4000-8000-000000000003',
            rectangle: { width: 120, height: 50 },
            text: { text: 'Bühne', color: '#000000', size: 20, position: { x: 60, y: 25 } },
          },
        ],
      },
    ],
  };
}

/** A zone without a name or an id, one turned by a quarter, a zone of areas alone, and every shape that there is. */
export function twoZones(): Plan {
  return {
    name: 'Two zones',
    size: { width: 1000, height: 800 },
    categories: [{ name: 'Any' }],
    zones: [
      {
        position: { x: 0, y: 0 },
        rows: [{ row_number: 'A', position: { x: 0, y: 200 }, seats: [seat('a1', '1', 100, 0, 'Any')] }],
      },
      {
        name: 'Logen',
        uuid: 'logen-uuid',
        position: { x: 500, y: 100 },
        rows: [
          { row_number: 'A', position: { x: 0, y: 0 }, seats: [] },
          {
            row_number: 'B',
            position: { x: 0, y: 0 },
            seats: [seat('b1', '1', 0, 0, 'Any'), seat('b2', '2', 0, 20, 'Any')],
          },
        ],
      },
      {
        name: 'Drumherum',
        position: { x: 10, y: 10 },
        rows: [],
        areas: [
          { shape: 'rectangle', rotation: 90, position: { x: 100, y: 0 }, rectangle: { width: 40, height: 20 } },
          { shape: 'ellipse', rotation: 90, position: { x: 0, y: 0 }, ellipse: { radius: { x: 40, y: 20 } } },
          { shape: 'ellipse', position: { x: 5, y: 5 }, ellipse: { radius: { x: 40, y: 20 } } },
          {
            shape: 'circle',
            position: { x: 0, y: 0 },
            circle: { radius: 30 },
            text: { text: 'Bar', position: { x: 0, y: 0 } },
          },
          {
            shape: 'polygon',
            position: { x: 200, y: 0 },
            polygon: {
              points: [
                { x: 0, y: 0 },
                { x: 30, y: 0 },
                { x: 30, y: 60 },
                { x: 0, y: 60 },
              ],
            },
            text: { text: 'Main stage', position: { x: 15, y: 30 } },
          },
          { shape: 'text', rotation: 30, position: { x: 0, y: 300 }, text: { text: 'Exit', position: { x: 0, y: 0 } } },
        ],
      },
    ],
  };
}

function seat(guid: string, number: string, x: number, y: number, category: string, more: object = {}) {
  return { seat_guid: guid, seat_number: number, uuid: `uuid-of-${guid}`, position: { x, y }, category, ...more };
}
