import { isId } from '../protocol/field.js';
import type { EventConfiguration } from './configuration.js';
import { layoutFault } from './layout-fault.js';
import { isWithin, runsFault } from './configuration-checks.js';

/** What the columns of a seat map can hold. */
export const seatMapLimits = {
  seatsMax: 1_000_000,
  categoriesMax: 65_536,
  areasMax: 1_000,
  /** Places of one area. */
  capacityMax: 1_000_000,
  extensionsPerHoldMax: 2 ** 32 - 1,
  /** Changes of one event in all its life: at 10,000 a second, five days without a pause. */
  seqMax: 2 ** 32 - 1,
  epochMax: 2 ** 32 - 1,
} as const;

/** Why no event can be opened with this configuration, or null where one can. */
export function configurationFault(configuration: EventConfiguration): string | null {
  const { categories, pricesMinor, seatCount, areas, layout, onSaleAtMs, closesAtMs } = configuration;
  if (!isWithin(seatCount, 0, seatMapLimits.seatsMax)) return `seatCount is ${seatCount}`;
  if (seatCount === 0 && areas.length === 0) return 'there is neither a seat nor an area';
  if (!isWithin(categories.length, 1, seatMapLimits.categoriesMax))
    return `number of categories is ${categories.length}`;
  if (pricesMinor.length !== categories.length) {
    return `there is not one price for each category: ${pricesMinor.length} prices, ${categories.length} categories`;
  }
  for (const priceMinor of pricesMinor) if (!isWithin(priceMinor, 0)) return `a price is ${priceMinor}`;
  for (const name of countsFromOne) if (!isWithin(configuration[name], 1)) return `${name} is ${configuration[name]}`;
  if (!isWithin(configuration.extensionsPerHoldMax, 0, seatMapLimits.extensionsPerHoldMax)) {
    return `extensionsPerHoldMax is ${configuration.extensionsPerHoldMax}`;
  }
  if (onSaleAtMs !== null && !isWithin(onSaleAtMs, 0)) return `onSaleAtMs is ${onSaleAtMs}`;
  if (closesAtMs !== null && !isWithin(closesAtMs, 0)) return `closesAtMs is ${closesAtMs}`;
  if (Math.max(...pricesMinor) * configuration.seatsPerHoldMax > Number.MAX_SAFE_INTEGER) {
    return `a hold could cost more than a number can say: seatsPerHoldMax is ${configuration.seatsPerHoldMax}`;
  }
  return (
    runsFault('category', configuration.seatCategories, categories.length, seatCount) ??
    areasFault(configuration) ??
    (layout === null ? null : layoutFault(layout, seatCount))
  );
}

const countsFromOne = ['holdTtlMs', 'seatsPerHoldMax', 'holdsPerHolderMax', 'seatsPerHolderMax'] as const;

function areasFault({ areas, categories }: EventConfiguration): string | null {
  if (areas.length > seatMapLimits.areasMax) return `number of areas is ${areas.length}`;
  const ids = new Set<string>();
  for (const { area, capacity, category } of areas) {
    if (!isId(area)) return `an area's id is ${JSON.stringify(area)}`;
    if (ids.has(area)) return `two areas have one id: area is ${area}`;
    ids.add(area);
    if (!isWithin(capacity, 1, seatMapLimits.capacityMax)) return `capacity of area ${area} is ${capacity}`;
    if (!isWithin(category, 0, categories.length - 1)) return `category of area ${area} is ${category}`;
  }
  return null;
}
