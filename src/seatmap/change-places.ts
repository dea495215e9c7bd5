import type { AreaPlaces } from './area-places.js';

/**
 * The change of a hold or booking, with its places where it is of an area; null: it is of seats, whose changes stay as they
 * are, since they are most of all.
 */
export function withPlaces<C extends { readonly places?: AreaPlaces }>(change: C, places: AreaPlaces | null): C {
  return places === null ? change : { ...change, places };
}
