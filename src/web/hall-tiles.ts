import { element } from './dom.js';
import type { Hall, HallSeat } from './hall.js';
import { HallPainter, type Looks, type Scale } from './hall-painter.js';
import type { Palette } from './palette.js';
import { type Box, overlap } from './shape.js';

/** Pixels of the screen: small enough that the fullest of a stadium is painted between two frames. */
const tileSide = 256;
/** A tile is a quarter of a megabyte: beyond what a large window shows, not many are worth it. */
const tilesKeptMax = 200;
/** So much painting fits between two frames, and leaves time for everything else. */
const paintingMsPerFrame = 6;
/** Somebody who zooms sees the old picture grow or shrink until the zoom has been the same for this long. */
const zoomSettlesMs = 90;
/** More changes than this in one frame: whole tiles are painted anew. */
const cellsPerFrameMax = 1_500;

interface Tile {
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  readonly box: Box;
  /** Painted with looks that are not true any more. */
  stale: boolean;
}

/**
 * The painted hall, in tiles: each is painted once and then only copied, so that neither a scrolled map nor a blinking
 * cursor paints a seat. A change paints the cells of the seats that it names. A new zoom needs new tiles: they are painted a
 * few a frame, and meanwhile the old ones are shown at the new size.
 */
export class HallTiles {
  readonly #hall: Hall;
  readonly #looks: Looks;
  #palette: Palette;
  #layer: Layer | null = null;
  /** Complete, but of another zoom. */
  #before: Layer | null = null;
  #scale: Scale | null = null;
  #scaleSinceMs = 0;
  readonly #changed = new Set<number>();

  constructor(hall: Hall, looks: Looks, palette: Palette) {
    this.#hall = hall;
    this.#looks = looks;
    this.#palette = palette;
  }

  /** These seats look different now. */
  change(seats: readonly number[]): void {
    for (const seat of seats) this.#changed.add(seat);
  }

  recolor(palette: Palette): void {
    this.#palette = palette;
    this.#layer = null;
    this.#before = null;
  }

  /** Shows a part of the hall, in pixels of the screen at that scale. Returns whether there is nothing left to paint. */
  show(context: CanvasRenderingContext2D, part: Box, scale: Scale): boolean {
    const nowMs = performance.now();
    if (!areSame(scale, this.#scale)) this.#scaleSinceMs = nowMs;
    this.#scale = scale;
    const layer = this.#layer;
    if (layer !== null && !areSame(scale, layer.scale) && nowMs - this.#scaleSinceMs < zoomSettlesMs) {
      this.#copyBoth(context, part, scale, layer);
      return false;
    }
    return this.#showSharp(context, part, this.#layerOf(scale), nowMs);
  }

  #showSharp(context: CanvasRenderingContext2D, part: Box, layer: Layer, nowMs: number): boolean {
    this.#repaintChanged(layer, part);
    const isComplete = layer.paintMissing(part, nowMs + paintingMsPerFrame);
    if (isComplete) this.#before = null;
    this.#copyBoth(context, part, layer.scale, layer);
    return isComplete;
  }

  /** Where the layer has a tile already, nothing is seen of the one before. */
  #copyBoth(context: CanvasRenderingContext2D, part: Box, { scale }: Scale, layer: Layer): void {
    this.#before?.copyTo(context, part, scale, false);
    layer.copyTo(context, part, scale, this.#before !== null);
  }

  #layerOf(scale: Scale): Layer {
    const known = this.#layer;
    if (known !== null && areSame(known.scale, scale)) return known;
    // While somebody zooms on, the last picture that was complete stays.
    this.#before ??= known;
    this.#layer = new Layer(scale, new HallPainter(this.#hall, this.#looks, scale, this.#palette));
    return this.#layer;
  }

  #repaintChanged(layer: Layer, part: Box): void {
    if (this.#changed.size > cellsPerFrameMax) layer.markAllStale();
    else for (const seat of this.#changed) layer.repaint(this.#hall.seats[seat], part);
    this.#changed.clear();
  }
}

function areSame(one: Scale, other: Scale | null): boolean {
  return one.scale === other?.scale && one.density === other.density;
}

/** The tiles of one scale. */
class Layer {
  readonly scale: Scale;
  readonly #painter: HallPainter;
  /** Those shown last come last. */
  readonly #tiles = new Map<string, Tile>();

  constructor(scale: Scale, painter: HallPainter) {
    this.scale = scale;
    this.#painter = painter;
  }

  markAllStale(): void {
    for (const tile of this.#tiles.values()) tile.stale = true;
  }

  /** Paints the seat's cell on tiles that are seen; the others are painted when they are. */
  repaint(seat: HallSeat | undefined, part: Box): void {
    if (seat === undefined) return;
    const cell = this.#painter.cellOf(seat);
    for (const key of keysOf(cell)) {
      const tile = this.#tiles.get(key);
      if (tile === undefined || tile.stale) continue;
      if (overlap(tile.box, part)) this.#painter.paint(tile.context, meet(cell, tile.box), tile.box.left, tile.box.top);
      else tile.stale = true;
    }
  }

  /** Paints at least one of the tiles that are missing. Returns whether none is any more. */
  paintMissing(part: Box, untilMs: number): boolean {
    const keys = keysOf(part);
    for (const key of keys) {
      const known = this.#tiles.get(key);
      if (known !== undefined) {
        this.#tiles.delete(key);
        this.#tiles.set(key, known);
      }
    }
    this.#forgetOldest(keys.length);
    let hasPainted = false;
    for (const key of keys) {
      const known = this.#tiles.get(key);
      if (known !== undefined && !known.stale) continue;
      if (hasPainted && performance.now() >= untilMs) return false;
      const tile = known ?? newTile(key);
      this.#painter.paint(tile.context, tile.box, tile.box.left, tile.box.top);
      tile.stale = false;
      this.#tiles.set(key, tile);
      hasPainted = true;
    }
    return true;
  }

  /** Copies what there is of the part, at a scale that may be another; over what is there, or in its place. */
  copyTo(context: CanvasRenderingContext2D, part: Box, scale: number, replaces: boolean): void {
    const ratio = scale / this.scale.scale;
    for (const { canvas, box } of this.#tiles.values()) {
      const left = box.left * ratio - part.left;
      const top = box.top * ratio - part.top;
      const side = tileSide * ratio;
      const isSeen = left < part.right - part.left && left + side > 0 && top < part.bottom - part.top && top + side > 0;
      if (!isSeen) continue;
      if (replaces) context.clearRect(left, top, side, side);
      context.drawImage(canvas, left, top, side, side);
    }
  }

  #forgetOldest(seen: number): void {
    for (const key of this.#tiles.keys()) {
      if (this.#tiles.size <= Math.max(tilesKeptMax, seen)) return;
      this.#tiles.delete(key);
    }
  }
}

function keysOf(part: Box): string[] {
  const keys: string[] = [];
  for (let row = Math.floor(part.top / tileSide); row * tileSide < part.bottom; row++) {
    for (let column = Math.floor(part.left / tileSide); column * tileSide < part.right; column++) {
      keys.push(`${column} ${row}`);
    }
  }
  return keys;
}

function newTile(key: string): Tile {
  const [column = 0, row = 0] = key.split(' ').map(Number);
  const canvas = element('canvas', {});
  canvas.width = tileSide;
  canvas.height = tileSide;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('Cannot draw the seat map as the browser gives no canvas');
  const [left, top] = [column * tileSide, row * tileSide];
  return { canvas, context, box: { left, top, right: left + tileSide, bottom: top + tileSide }, stale: true };
}

function meet(one: Box, other: Box): Box {
  return {
    left: Math.max(one.left, other.left),
    top: Math.max(one.top, other.top),
    right: Math.min(one.right, other.right),
    bottom: Math.min(one.bottom, other.bottom),
  };
}
