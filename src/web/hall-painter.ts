import type { Hall, HallSeat } from './hall.js';
import type { Palette } from './palette.js';
import { drawFree, drawMarks, type Spot } from './seat-marks.js';
import type { SeatMark } from './words.js';

/** Which part of the hall is seen: `scale` CSS pixels for each of its units, from `left` and `top` in CSS pixels. */
export interface Sight {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What is on the map at a moment. */
export interface Picture {
  mark(seat: number): SeatMark;
  categoryColor(category: string): string;
  /** The seat under the keyboard's cursor. */
  readonly cursor: HallSeat | null;
  readonly hovered: HallSeat | null;
  /** Seats that just changed, and how much of their flash is over, 0 to 1. */
  readonly flashes: ReadonlyMap<number, number>;
}

/** A seat's radius, as a share of the distance between two. */
export const radiusShare = 0.4;
/** Below this, in CSS pixels, text would only be dirt. */
const rowLabelPitchMin = 9;
const seatLabelRadiusMin = 9;

/** Paints what is seen of the hall. */
export function paintHall(
  context: CanvasRenderingContext2D,
  hall: Hall,
  sight: Sight,
  picture: Picture,
  palette: Palette,
): void {
  context.clearRect(0, 0, sight.width, sight.height);
  const spotOf = ({ x, y }: Spot): Spot => ({ x: x * sight.scale - sight.left, y: y * sight.scale - sight.top });
  const pitch = hall.pitch * sight.scale;
  const radius = pitch * radiusShare;

  paintShapes(context, hall, sight, palette);
  if (pitch >= rowLabelPitchMin) {
    const labels = hall.rowLabels.map(({ text, x, y }) => ({ text, spot: spotOf({ x, y }) }));
    paintText(context, labels, pitch * 0.75, palette.quiet, palette.font);
  }

  const kinds = new Map<string, { mark: SeatMark; category: string; spots: Spot[] }>();
  const freeLabels: { text: string; spot: Spot }[] = [];
  for (const seat of hall.seats) {
    const spot = spotOf(seat);
    if (isOutside(spot, sight, pitch)) continue;
    const mark = picture.mark(seat.index);
    const category = mark === 'free' ? seat.category : '';
    const kind = kinds.get(mark + category);
    if (kind === undefined) kinds.set(mark + category, { mark, category, spots: [spot] });
    else kind.spots.push(spot);
    if (mark === 'free' && radius >= seatLabelRadiusMin) freeLabels.push({ text: seat.label, spot });
  }
  // What is larger comes last, over its neighbours.
  for (const mark of paintOrder) {
    for (const kind of kinds.values()) {
      if (kind.mark !== mark) continue;
      if (mark === 'free') drawFree(context, kind.spots, radius, picture.categoryColor(kind.category));
      else drawMarks[mark](context, kind.spots, radius, palette);
    }
  }
  paintText(context, freeLabels, radius * 0.9, '#ffffff', palette.font);

  for (const [seat, share] of picture.flashes) {
    const at = hall.seats[seat];
    if (at !== undefined) paintFlash(context, spotOf(at), radius, share, palette);
  }
  if (picture.hovered !== null) paintRing(context, spotOf(picture.hovered), pitch, palette.ink, []);
  if (picture.cursor !== null)
    paintRing(context, spotOf(picture.cursor), pitch, palette.focus, [pitch * 0.3, pitch * 0.2]);
}

const paintOrder: readonly SeatMark[] = ['blocked', 'booked', 'free', 'held', 'ownBooked', 'ownHold', 'selected'];

function isOutside({ x, y }: Spot, sight: Sight, margin: number): boolean {
  return x < -margin || y < -margin || x > sight.width + margin || y > sight.height + margin;
}

function paintShapes(context: CanvasRenderingContext2D, hall: Hall, sight: Sight, palette: Palette): void {
  for (const shape of hall.shapes) {
    const x = shape.x * sight.scale - sight.left;
    const y = shape.y * sight.scale - sight.top;
    const width = shape.width * sight.scale;
    const height = shape.height * sight.scale;
    context.fillStyle = palette.stage;
    context.beginPath();
    context.roundRect(x, y, width, height, Math.min(width, height) * 0.12);
    context.fill();
    const size = Math.max(11, Math.min(height * 0.32, width * 0.12));
    const label = { text: shape.text, spot: { x: x + width / 2, y: y + height / 2 } };
    paintText(context, [label], size, palette.quiet, palette.font);
  }
}

function paintText(
  context: CanvasRenderingContext2D,
  labels: readonly { readonly text: string; readonly spot: Spot }[],
  size: number,
  color: string,
  font: string,
): void {
  context.fillStyle = color;
  context.font = `600 ${size}px ${font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const { text, spot } of labels) context.fillText(text, spot.x, spot.y);
}

function paintFlash(
  context: CanvasRenderingContext2D,
  { x, y }: Spot,
  radius: number,
  share: number,
  palette: Palette,
): void {
  context.globalAlpha = 1 - share;
  context.strokeStyle = palette.focus;
  context.lineWidth = Math.max(1.5, radius * 0.4);
  context.beginPath();
  context.arc(x, y, radius * (1 + 1.6 * share), 0, Math.PI * 2);
  context.stroke();
  context.globalAlpha = 1;
}

function paintRing(
  context: CanvasRenderingContext2D,
  { x, y }: Spot,
  pitch: number,
  color: string,
  dashes: readonly number[],
): void {
  const half = Math.max(pitch * 0.62, 7);
  context.strokeStyle = color;
  context.lineWidth = Math.max(2, pitch * 0.12);
  context.setLineDash([...dashes]);
  context.beginPath();
  context.roundRect(x - half, y - half, half * 2, half * 2, half * 0.4);
  context.stroke();
  context.setLineDash([]);
}
