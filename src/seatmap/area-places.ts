/** Places of one general-admission area: they have no numbers. */
export interface AreaPlaces {
  /** Id of the area. */
  readonly area: string;
  /** At least 1. */
  readonly quantity: number;
}
