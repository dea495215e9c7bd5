import type { EventConfiguration } from './configuration.js';

/** What the columns of a seat map can hold. */
export const seatMapLimits = {
  seatsMax: 1_000_000,
  categoriesMax: 65_536,
  extensionsPerHoldMax: 2 ** 32 - 1,
  /** Changes of one event in all its life: at 10,000 a second, five days without a pause. */
  seqMax: 2 ** 32 - 1,
  epochMax: 2 ** 32 - 1,
} as const;

/** Why no event can be opened with this configuration, or null where one can. */
export function configurationFault(configuration: EventConfiguration): string | null {
  const { categories, pricesMinor, seatCount, onSaleAtMs, closesAtMs } = configuration;
  if (!isWithin(seatCount, 1, seatMapLimits.seatsMax)) return `seatCount is ${seatCount}`;
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
  return seatCategoriesFault(configuration);
}

const countsFromOne = ['holdTtlMs', 'seatsPerHoldMax', 'holdsPerHolderMax', 'seatsPerHolderMax'] as const;

function seatCategoriesFault({ seatCategories, seatCount, categories }: EventConfiguration): string | null {
  let seats = 0;
  for (const [category, run] of seatCategories) {
    if (!isWithin(category, 0, categories.length - 1)) return `a seat's category is ${category}`;
    if (!isWithin(run, 1, seatCount)) return `a run of seats of one category is ${run} long`;
    seats += run;
  }
  return seats === seatCount ? null : `seatCategories name ${seats} seats: seatCount is ${seatCount}`;
}

function isWithin(value: number, min: number, max: number = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isSafeInteger(value) && value >= min && value <= max;
}
