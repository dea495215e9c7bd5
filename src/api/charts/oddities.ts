import { isInOrder, type Point } from './blocks.js';
import type { Warnings } from './warnings.js';

/** Tells where a row's neighbours in the document are not its neighbours in the hall. */
export function tellDisorder(seats: readonly Point[], path: () => string, warnings: Warnings): void {
  if (isInOrder(seats)) return;
  warnings.add(
    `${path()}: seats are not listed in the order in which they stand: best available takes few of them for neighbours`,
  );
}

/** Tells which seats of a row lie outside the drawing. */
export function tellOutside(
  seats: readonly Point[],
  size: { readonly width: number; readonly height: number },
  path: () => string,
  warnings: Warnings,
): void {
  let outside = 0;
  for (const { x, y } of seats) if (x < 0 || y < 0 || x > size.width || y > size.height) outside += 1;
  if (outside > 0) warnings.add(`${path()}: seats that lie outside the size: ${outside} of ${seats.length}`);
}
