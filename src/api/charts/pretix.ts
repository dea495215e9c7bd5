import { limits } from '../../config/limits.js';
import { fault } from '../problem.js';
import { coordinateMax } from './area-shape.js';
import type { Point } from './blocks.js';
import { type Chart, type ChartSeat, type CheckedChart, noSuchCategory } from './chart.js';
import type { ChartReading, Place } from './chart-reading.js';
import type { DrawingItem } from './drawing.js';
import { FreeNames, storableName } from './names.js';
import { tellDisorder, tellOutside } from './oddities.js';
import { readPiece, shownPlace } from './piece.js';
import { drawnArea } from './pretix-areas.js';
import { readCategories } from './pretix-categories.js';
import {
  knownFields,
  planSchema,
  rowSchema,
  seatSchema,
  type Zone,
  type ZoneRow,
  zoneSchema,
} from './pretix-fields.js';
import { Warnings } from './warnings.js';

const labelLengthMax = 32;
const nameLengthMax = 200;
const keyLengthMax = 64;

/**
 * A seating plan of pretix becomes a chart. A seat's position is relative to its row's, a row's to its zone's: seats move
 * when what is around them has been read. Zones become sections, areas become drawing. What a plan says about how pretix
 * draws or sells (`row_number_position`, `start_direction`, `radius`, `seat_label`) is left out; what nobody knows is told.
 *
 * Rows of one label in a zone and seats of one number in a row are kept, and told: that is what stands on the chairs, and
 * Usher sells seats by index.
 */
export class PretixReading implements ChartReading<CheckedChart> {
  readonly lists = ['zones', 'rows', 'seats'] as const;
  readonly #warnings = new Warnings();
  readonly #guids = new Set<string>();
  readonly #keys = new FreeNames(keyLengthMax);
  readonly #drawing: DrawingItem[] = [];
  #stage: Point | null = null;
  #seatCount = 0;

  get seatCount(): number {
    return this.#seatCount;
  }

  seat(given: unknown, place: Place): ChartSeat {
    this.#seatCount += 1;
    if (this.#seatCount > limits.seatsPerChartMax) {
      throw fault('chart.zones', `at most ${limits.seatsPerChartMax} seats`);
    }
    const path = (): string => this.#shown(place);
    const { seat_guid: guid, seat_number: number, position, category } = readPiece(seatSchema, given, path);
    if (this.#guids.has(guid)) throw fault(`${path()}.seat_guid`, `used twice: ${guid}`);
    this.#guids.add(guid);
    this.#tellUnknown(given, 'seat', path);

    const label = storableName(number, labelLengthMax);
    if (label !== number) this.#tell(`${path()}.seat_number`, 'cannot be shown as it is: changed');
    // The category's name, until the plan has told the keys.
    return { label: label === '' ? String((place[2] ?? 0) + 1) : label, ...position, category };
  }

  row(given: unknown, place: Place): ZoneRow {
    const path = (): string => this.#shown(place);
    const { row_number: number, row_label: label, position, seats } = readPiece(rowSchema, given, path);
    this.#tellUnknown(given, 'row', path);
    for (const seat of seats) move(seat, position);
    if (haveOneTwice(seats)) this.#tell(`${path()}.seats`, 'a seat_number is used twice in the row');
    tellDisorder(seats, path, this.#warnings);
    return { label: storableName(label === '' ? number : label, labelLengthMax), seats };
  }

  section(given: unknown, place: Place): Zone {
    const path = (): string => this.#shown(place);
    const { name, zone_id: id, uuid, position, rows, areas } = readPiece(zoneSchema, given, path);
    this.#tellUnknown(given, 'zone', path);
    for (const [r, { seats }] of rows.entries()) {
      for (const [s, seat] of seats.entries()) {
        move(seat, position);
        if (isFar(seat)) throw fault(`${path()}.rows[${r}].seats[${s}].position`, 'too far away');
      }
    }
    if (haveOneTwice(rows)) this.#tell(`${path()}.rows`, 'a row label is used twice in the zone');
    for (const [at, area] of (areas ?? []).entries()) this.#draw(area, position, () => `${path()}.areas[${at}]`);

    const number = (place[0] ?? 0) + 1;
    const key = storableName(id, keyLengthMax) || storableName(uuid, keyLengthMax) || `zone-${number}`;
    return { key: this.#keys.take(key), name: storableName(name, nameLengthMax) || `Zone ${number}`, rows };
  }

  chart(given: unknown): CheckedChart {
    const plan = readPiece(planSchema, given, () => 'chart');
    this.#tellUnknown(given, 'plan', () => 'chart');
    for (const [at, category] of plan.categories.entries()) {
      this.#tellUnknown(category, 'category', () => `chart.categories[${at}]`);
    }
    const { categories, keyOf, renamed, repeated } = readCategories(plan.categories);
    for (const [at, key] of renamed) {
      this.#warnings.add(
        `chart.categories[${at}].name: cannot be a key as it is: prices name it ${JSON.stringify(key)}`,
      );
    }
    for (const at of repeated) this.#tell(`chart.categories[${at}].name`, 'used twice: the first one counts');

    let seatCount = 0;
    for (const [z, { rows }] of plan.zones.entries()) {
      for (const [r, row] of rows.entries()) {
        for (const [s, seat] of row.seats.entries()) {
          const key = keyOf.get(seat.category);
          if (key === undefined) throw noSuchCategory(`${this.#shown([z, r, s])}.category`, seat.category);
          seat.category = key;
        }
        seatCount += row.seats.length;
        tellOutside(row.seats, plan.size, () => this.#shown([z, r]), this.#warnings);
      }
    }
    if (seatCount === 0) throw fault('chart.zones', 'expected at least one seat');

    const chart: Chart = {
      name: storableName(plan.name, nameLengthMax) || 'Seating plan',
      size: plan.size,
      ...(this.#stage === null ? {} : { focalPoint: this.#stage }),
      categories,
      sections: plan.zones.map(withoutEmptyRows).filter(({ rows }) => rows.length > 0),
      areas: [],
      ...(this.#drawing.length === 0 ? {} : { drawing: this.#drawing }),
    };
    return { chart, seatCount, warnings: this.#warnings.list() };
  }

  /** Areas are drawing only: one that we cannot draw keeps nobody from selling seats. */
  #draw(area: unknown, zone: Point, path: () => string): void {
    this.#tellUnknown(area, 'area', path);
    const drawn = drawnArea(area, zone);
    if (drawn === null) {
      this.#tell(path(), 'an area that cannot be drawn is left out');
      return;
    }
    this.#drawing.push(...drawn.items);
    this.#stage ??= drawn.stage;
  }

  #tellUnknown(given: unknown, kind: keyof typeof knownFields, path: () => string): void {
    if (typeof given !== 'object' || given === null) return;
    for (const [field, value] of Object.entries(given)) {
      if (!knownFields[kind].has(field)) {
        const shown = storableName(field, keyLengthMax);
        this.#tell(`${path()}.${shown}`, 'unknown field, left out', `${kind}.${shown}`);
      } else if (field === 'position' || field === 'size') {
        this.#tellUnknown(value, field, () => `${path()}.${field}`);
      }
    }
  }

  /** Once for each kind: where it was found first, and how often. */
  #tell(path: string, what: string, kind: string = what): void {
    this.#warnings.addOfKind(kind, (count) => `${path}: ${what}${count === 1 ? '' : ` (${count} times)`}`);
  }

  #shown(place: Place): string {
    return shownPlace(this.lists, place);
  }
}

function move(seat: ChartSeat, by: Point): void {
  seat.x += by.x;
  seat.y += by.y;
}

function isFar({ x, y }: Point): boolean {
  return Math.abs(x) > coordinateMax || Math.abs(y) > coordinateMax;
}

/** An empty label is none. */
function haveOneTwice(items: readonly { readonly label: string }[]): boolean {
  const labels = items.map(({ label }) => label).filter((label) => label !== '');
  return new Set(labels).size < labels.length;
}

/** A chart's rows have seats; a zone may be there for its areas alone. */
function withoutEmptyRows({ key, name, rows }: Zone): Chart['sections'][number] {
  return { key, name, rows: rows.filter(({ seats }) => seats.length > 0) };
}
