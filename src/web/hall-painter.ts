import type { Hall, HallSeat } from './hall.js';
import type { Palette } from './palette.js';
import { SeatStamps } from './seat-stamps.js';
import { tracePath } from './shape-path.js';
import { type Box, boundsOf, grown, overlap } from './shape.js';
import type { SeatMark } from './words.js';

/** How seats and areas look; kept elsewhere. */
export interface Looks {
  mark(seat: number): SeatMark;
  categoryColor(category: string): string;
}

/** The hall at a size: `scale` pixels of the screen for each of its units, `density` of them for each CSS pixel. */
export interface Scale {
  readonly scale: number;
  readonly density: number;
}

/** A seat's radius, as a share of the distance between two. */
export const radiusShare = 0.4;
/** How far from its middle a seat may leave traces, in the same measure. */
const seatReach = 0.65;

// Where text or marks would only be dirt, in CSS pixels.
const rowLabelPitchMin = 9;
const rowLabelSizeMax = 16;
const seatLabelRadiusMin = 9;
/** Below this distance between two seats, a seat is a patch of colour. */
const markPitchMin = 5;
/** A patch's side, as a share of that distance. */
const patchShare = 0.76;

/** What lies over its neighbours is painted after them. */
const isLarge: Readonly<Record<SeatMark, boolean>> = {
  free: false,
  held: false,
  booked: false,
  blocked: false,
  ownBooked: true,
  ownHold: true,
  selected: true,
};

/** Paints parts of the hall at one scale. All lengths but the hall's own are in pixels of the screen. */
export class HallPainter {
  readonly #hall: Hall;
  readonly #looks: Looks;
  readonly #scale: Scale;
  readonly #palette: Palette;
  readonly #pitch: number;
  readonly #stamps: SeatStamps;

  constructor(hall: Hall, looks: Looks, scale: Scale, palette: Palette) {
    this.#hall = hall;
    this.#looks = looks;
    this.#scale = scale;
    this.#palette = palette;
    this.#pitch = hall.pitch * scale.scale;
    this.#stamps = new SeatStamps(this.#pitch * radiusShare, palette);
  }

  /** The box that a seat's look can change. */
  cellOf(seat: HallSeat): Box {
    const x = seat.x * this.#scale.scale;
    const y = seat.y * this.#scale.scale;
    const reach = Math.max(this.#pitch * seatReach, 2);
    return {
      left: Math.floor(x - reach),
      top: Math.floor(y - reach),
      right: Math.ceil(x + reach),
      bottom: Math.ceil(y + reach),
    };
  }

  /** Paints what of the hall lies in a box of whole pixels, on a canvas whose corner is at `left` and `top`. */
  paint(context: CanvasRenderingContext2D, part: Box, left: number, top: number): void {
    context.save();
    context.beginPath();
    context.rect(part.left - left, part.top - top, part.right - part.left, part.bottom - part.top);
    context.clip();
    context.clearRect(part.left - left, part.top - top, part.right - part.left, part.bottom - part.top);
    context.translate(-left, -top);
    this.#paintShapes(context, part);
    this.#paintRowLabels(context, part);
    this.#paintSeats(context, part);
    context.restore();
  }

  /** The part in the hall's units, with room for what reaches into it. */
  #unitsOf(part: Box, margin: number): Box {
    const { scale } = this.#scale;
    const { left, top, right, bottom } = grown(part, margin);
    return { left: left / scale, top: top / scale, right: right / scale, bottom: bottom / scale };
  }

  #paintShapes(context: CanvasRenderingContext2D, part: Box): void {
    const { scale } = this.#scale;
    const units = this.#unitsOf(part, 2);
    context.lineWidth = 1.5 * this.#scale.density;
    for (const { shape, color, borderColor } of this.#hall.drawing) {
      if (shape.kind === 'text' || !overlap(boundsOf(shape), units)) continue;
      tracePath(context, shape, scale);
      context.fillStyle = color ?? this.#palette.stage;
      context.fill();
      if (borderColor === null) continue;
      context.strokeStyle = borderColor;
      context.stroke();
    }
    for (const { shape, category, bounds } of this.#hall.areas) {
      if (!overlap(bounds, units)) continue;
      tracePath(context, shape, scale);
      context.fillStyle = this.#looks.categoryColor(category);
      context.globalAlpha = 0.16;
      context.fill();
      context.globalAlpha = 1;
      context.strokeStyle = this.#looks.categoryColor(category);
      context.stroke();
    }
  }

  #paintRowLabels(context: CanvasRenderingContext2D, part: Box): void {
    const { scale, density } = this.#scale;
    if (this.#pitch < rowLabelPitchMin * density) return;
    const size = Math.min(this.#pitch * 0.75, rowLabelSizeMax * density);
    startText(context, size, this.#palette.quiet, this.#palette.font);
    for (const { text, x, y } of this.#hall.rowLabels.within(this.#unitsOf(part, this.#pitch * 2))) {
      context.fillText(text, x * scale, y * scale);
    }
  }

  #paintSeats(context: CanvasRenderingContext2D, part: Box): void {
    const seats = this.#hall.seatsWithin(this.#unitsOf(part, Math.max(this.#pitch * seatReach, 2)));
    if (this.#pitch < markPitchMin * this.#scale.density) return this.#paintPatches(context, seats);
    const over: HallSeat[] = [];
    const labelled: HallSeat[] = [];
    const hasLabels = this.#stamps.radius >= seatLabelRadiusMin * this.#scale.density;
    for (const seat of seats) {
      const mark = this.#looks.mark(seat.index);
      if (isLarge[mark]) over.push(seat);
      else this.#stamp(context, seat, mark);
      if (hasLabels && mark === 'free') labelled.push(seat);
    }
    for (const seat of over) this.#stamp(context, seat, this.#looks.mark(seat.index));
    if (labelled.length > 0) this.#paintSeatLabels(context, labelled);
  }

  #stamp(context: CanvasRenderingContext2D, seat: HallSeat, mark: SeatMark): void {
    const { scale } = this.#scale;
    const half = this.#stamps.size / 2;
    const stamp = this.#stamps.stamp(mark, this.#looks.categoryColor(seat.category));
    context.drawImage(stamp, Math.round(seat.x * scale - half), Math.round(seat.y * scale - half));
  }

  #paintSeatLabels(context: CanvasRenderingContext2D, seats: readonly HallSeat[]): void {
    const { scale } = this.#scale;
    startText(context, this.#stamps.radius * 0.9, '#ffffff', this.#palette.font);
    for (const { label, x, y } of seats) context.fillText(label, x * scale, y * scale);
  }

  /** From far away: colours alone, grouped by colour, as setting one costs as much as some patches. */
  #paintPatches(context: CanvasRenderingContext2D, seats: readonly HallSeat[]): void {
    const { scale } = this.#scale;
    const byColor = new Map<string, HallSeat[]>();
    for (const seat of seats) {
      const color = this.#patchColor(seat);
      const group = byColor.get(color);
      if (group === undefined) byColor.set(color, [seat]);
      else group.push(seat);
    }
    const side = this.#pitch * patchShare;
    for (const [color, group] of byColor) {
      context.fillStyle = color;
      for (const { x, y } of group) context.fillRect(x * scale - side / 2, y * scale - side / 2, side, side);
    }
  }

  #patchColor({ index, category }: HallSeat): string {
    const palette = this.#palette;
    const mark = this.#looks.mark(index);
    switch (mark) {
      case 'free':
        return this.#looks.categoryColor(category);
      case 'held':
        return palette.heldPatch;
      case 'booked':
      case 'blocked':
        return palette.bookedFill;
      case 'selected':
        return palette.ink;
      case 'ownHold':
      case 'ownBooked':
        return palette.own;
    }
  }
}

export function startText(context: CanvasRenderingContext2D, size: number, color: string, font: string): void {
  context.fillStyle = color;
  context.font = `600 ${size}px ${font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
}
