/** Boxes in one box of the level above. */
const boxesPerBox = 16;

const everyBlock = (_block: number): boolean => true;

/**
 * The blocks from a point outwards. Each block has a bounding box, every 16 boxes a box around them, and so on up to one: a
 * packed R-tree whose order is that of the seats, since a chart names neighbours one after another (Guttman 1984; nearest
 * first: Hjaltason and Samet 1999). Any other order would cost time, not exactness.
 *
 * One walk at a time: `start`, then `next` as often as wished.
 */
export class NearestBlocks {
  /** Of the block that `next` gave: its box's squared distance, in the scale of `start`. No seat of it is nearer. */
  distance = 0;
  /** Box → minX, minY, maxX, maxY. Blocks come first, then level upon level. */
  readonly #bounds: Int32Array;
  /** First box of each level, and at the end the number of boxes. */
  readonly #levels: readonly number[];
  /** A heap of boxes, the nearest on top. */
  readonly #boxes: Int32Array;
  readonly #distances: Float64Array;
  #size = 0;
  #x = 0;
  #y = 0;
  #scale = 1;

  constructor(positions: Int32Array, blockStarts: Int32Array) {
    this.#levels = levelsOver(blockStarts.length - 1);
    const boxCount = this.#levels.at(-1) as number;
    this.#bounds = new Int32Array(boxCount * 4);
    this.#boxes = new Int32Array(boxCount);
    this.#distances = new Float64Array(boxCount);
    this.#boundBlocks(positions, blockStarts);
    this.#boundBoxes();
  }

  get byteLength(): number {
    return this.#bounds.byteLength + this.#boxes.byteLength + this.#distances.byteLength;
  }

  /** Begins at the point (x / scale, y / scale); distances are `scale` times as long. Whole numbers are compared exactly. */
  start(x: number, y: number, scale: number): void {
    this.#x = x;
    this.#y = y;
    this.#scale = scale;
    this.#size = 0;
    const boxCount = this.#levels.at(-1) as number;
    if (boxCount > 0) this.#push(boxCount - 1);
  }

  /**
   * The nearest block that has not been given yet, or -1.
   *
   * @param isWanted the same in all of a walk; other blocks are passed over, which is cheaper than to give them in order
   */
  next(isWanted: (block: number) => boolean = everyBlock): number {
    const blockCount = this.#levels[1] as number;
    while (this.#size > 0) {
      const box = this.#pop();
      if (box < blockCount) return box;
      let level = 1;
      while (box >= (this.#levels[level + 1] as number)) level += 1;
      const below = this.#levels[level - 1] as number;
      const first = below + (box - (this.#levels[level] as number)) * boxesPerBox;
      const end = Math.min(first + boxesPerBox, this.#levels[level] as number);
      for (let inner = first; inner < end; inner += 1) {
        if (inner >= blockCount || isWanted(inner)) this.#push(inner);
      }
    }
    return -1;
  }

  #push(box: number): void {
    const boxes = this.#boxes;
    const distances = this.#distances;
    const distance = this.#distanceTo(box);
    let hole = this.#size;
    this.#size += 1;
    while (hole > 0) {
      const above = (hole - 1) >> 1;
      if ((distances[above] as number) <= distance) break;
      boxes[hole] = boxes[above] as number;
      distances[hole] = distances[above] as number;
      hole = above;
    }
    boxes[hole] = box;
    distances[hole] = distance;
  }

  #pop(): number {
    const boxes = this.#boxes;
    const distances = this.#distances;
    const top = boxes[0] as number;
    this.distance = distances[0] as number;
    this.#size -= 1;
    const size = this.#size;
    const distance = distances[size] as number;
    let hole = 0;
    for (let below = 1; below < size; below = hole * 2 + 1) {
      if (below + 1 < size && (distances[below + 1] as number) < (distances[below] as number)) below += 1;
      if ((distances[below] as number) >= distance) break;
      boxes[hole] = boxes[below] as number;
      distances[hole] = distances[below] as number;
      hole = below;
    }
    boxes[hole] = boxes[size] as number;
    distances[hole] = distance;
    return top;
  }

  #distanceTo(box: number): number {
    const at = box * 4;
    const bounds = this.#bounds;
    const dx = gap(bounds[at] as number, bounds[at + 2] as number, this.#scale, this.#x);
    const dy = gap(bounds[at + 1] as number, bounds[at + 3] as number, this.#scale, this.#y);
    return dx * dx + dy * dy;
  }

  #boundBlocks(positions: Int32Array, blockStarts: Int32Array): void {
    for (let block = 0; block + 1 < blockStarts.length; block += 1) {
      const end = blockStarts[block + 1] as number;
      this.#empty(block);
      for (let seat = blockStarts[block] as number; seat < end; seat += 1) {
        const x = positions[seat * 2] as number;
        const y = positions[seat * 2 + 1] as number;
        this.#widen(block, x, y, x, y);
      }
    }
  }

  #boundBoxes(): void {
    const levels = this.#levels;
    for (let level = 1; level + 1 < levels.length; level += 1) {
      const below = levels[level - 1] as number;
      const start = levels[level] as number;
      for (let box = start; box < (levels[level + 1] as number); box += 1) this.#empty(box);
      for (let inner = below; inner < start; inner += 1) {
        const [minX = 0, minY = 0, maxX = 0, maxY = 0] = this.#bounds.subarray(inner * 4, inner * 4 + 4);
        this.#widen(start + Math.floor((inner - below) / boxesPerBox), minX, minY, maxX, maxY);
      }
    }
  }

  #empty(box: number): void {
    this.#bounds.set([2 ** 31 - 1, 2 ** 31 - 1, -(2 ** 31), -(2 ** 31)], box * 4);
  }

  #widen(box: number, minX: number, minY: number, maxX: number, maxY: number): void {
    const at = box * 4;
    const bounds = this.#bounds;
    bounds[at] = Math.min(bounds[at] as number, minX);
    bounds[at + 1] = Math.min(bounds[at + 1] as number, minY);
    bounds[at + 2] = Math.max(bounds[at + 2] as number, maxX);
    bounds[at + 3] = Math.max(bounds[at + 3] as number, maxY);
  }
}

/** How far `value` lies outside of `min` … `max`, both scaled. */
function gap(min: number, max: number, scale: number, value: number): number {
  if (value < min * scale) return min * scale - value;
  return value > max * scale ? value - max * scale : 0;
}

/** `[0, blocks, blocks + boxes around them, …]`: the last level is one box around everything, unless there is no block. */
function levelsOver(blockCount: number): number[] {
  const levels = [0, blockCount];
  let boxes = blockCount;
  do {
    boxes = Math.ceil(boxes / boxesPerBox);
    levels.push((levels.at(-1) as number) + boxes);
  } while (boxes > 1);
  return levels;
}
