type TypedArray = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/** Growing by a sixteenth moves an element 16 times in its life at most and leaves no more than 6 % empty. */
const growthShift = 4;
const growthMin = 64;

/** The next length for columns that are full at `length`. */
export function grownLength(length: number): number {
  return length + Math.max(growthMin, length >> growthShift);
}

/** A copy of the array with room for `length` elements, the new ones `fill`. */
export function grown<T extends TypedArray>(array: T, length: number, fill = 0): T {
  const make = array.constructor as new (length: number) => T;
  const copy = new make(length);
  copy.set(array);
  if (fill !== 0) copy.fill(fill, array.length);
  return copy;
}
