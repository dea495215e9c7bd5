import type { Hall, HallArea, HallSeat, SectionLabel } from './hall.js';
import { radiusShare, startText } from './hall-painter.js';
import type { Palette } from './palette.js';
import { drawMarks, type Spot } from './seat-marks.js';
import { tracePath } from './shape-path.js';
import { type Box, boundsOf, middleOf, overlap, type Point, type TextPlace } from './shape.js';
import type { SeatMark } from './words.js';

/** Which part of the hall is seen: `scale` CSS pixels for each of its units, from `left` and `top` in CSS pixels. */
export interface Sight {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What lies over the painted hall at a moment, and comes and goes. */
export interface Overlay {
  /** The seat under the keyboard's cursor. */
  readonly cursor: HallSeat | null;
  readonly hovered: HallSeat | null;
  readonly hoveredArea: HallArea | null;
  /** Seats that just changed, and how much of their flash is over, 0 to 1. */
  readonly flashes: ReadonlyMap<number, number>;
  /** One's own and the selected seats. */
  readonly ownSeats: readonly number[];
  mark(seat: number): SeatMark;
  /** What is written on a standing area: its name, and how full it is. */
  areaLines(area: string): readonly string[];
}

// In CSS pixels.
/** Seats closer together than this are too small for their marks: one's own are drawn larger. */
const pinPitchMax = 8;
const pinRadius = 5;
/** Section names stand on seats that are patches of colour only: over marks they would hide them. */
const sectionLabelPitchMax = 5;
const sectionLabelSize = 11;
/** Of all sections. */
const sectionLabelsFittingMin = 0.75;
const flashRadiusMin = 4;
const textSize = 13;
const textSizeMin = 10;
/** A text that says its size is left out where it would have to grow beyond it by more than this. */
const shrinkMax = 0.7;
const textSizeMax = 44;
const areaTextSize = { min: 9, max: 15 } as const;
/** A character's width, as a share of its height. */
const characterWidth = 0.62;
/** The distance from line to line, in the same measure. */
const lineHeight = 1.35;

/** Paints what lies over the hall's tiles. Lengths are in CSS pixels. */
export function paintOverlay(
  context: CanvasRenderingContext2D,
  hall: Hall,
  sight: Sight,
  overlay: Overlay,
  palette: Palette,
): void {
  const spotOf = ({ x, y }: Point): Spot => ({ x: x * sight.scale - sight.left, y: y * sight.scale - sight.top });
  const pitch = hall.pitch * sight.scale;

  paintDrawingText(context, hall, sight, spotOf, palette);
  if (pitch < sectionLabelPitchMax) paintSectionLabels(context, hall, sight, spotOf, palette);
  paintAreas(context, hall, sight, overlay, palette);
  if (pitch < pinPitchMax) paintPins(context, hall, spotOf, overlay, palette);
  for (const [seat, share] of overlay.flashes) {
    const at = hall.seats[seat];
    if (at !== undefined)
      paintFlash(context, spotOf(at), Math.max(pitch * radiusShare, flashRadiusMin), share, palette);
  }
  if (overlay.hovered !== null) paintRing(context, spotOf(overlay.hovered), pitch, palette.ink, []);
  if (overlay.cursor !== null) {
    paintRing(context, spotOf(overlay.cursor), pitch, palette.focus, [pitch * 0.3, pitch * 0.2]);
  }
}

function paintDrawingText(
  context: CanvasRenderingContext2D,
  hall: Hall,
  sight: Sight,
  spotOf: (point: Point) => Spot,
  palette: Palette,
): void {
  for (const { shape, text, color, size, rotation } of hall.drawing) {
    if (text === '') continue;
    const bounds = boundsOf(shape);
    const width = (bounds.right - bounds.left) * sight.scale;
    const height = (bounds.bottom - bounds.top) * sight.scale;
    const fitting = shape.kind === 'text' ? textSize : Math.min(height * 0.32, width * 0.12);
    const wanted = size === null ? fitting : size * sight.scale;
    if (size !== null && wanted < textSizeMin * shrinkMax) continue;
    const spot = spotOf(middleOf(bounds));
    // Of a shape its colour is the fill, on which the letters stand.
    const ink = shape.kind === 'text' && color !== null ? color : palette.quiet;
    startText(context, Math.min(Math.max(textSizeMin, wanted), textSizeMax), ink, palette.font);
    context.save();
    context.translate(spot.x, spot.y);
    context.rotate((rotation * Math.PI) / 180);
    context.fillText(text, 0, 0);
    context.restore();
  }
}

/** All of them, or none where most would be wider than their sections; where two meet, only the first. */
function paintSectionLabels(
  context: CanvasRenderingContext2D,
  hall: Hall,
  sight: Sight,
  spotOf: (point: Point) => Spot,
  palette: Palette,
): void {
  const widthOf = ({ text }: SectionLabel) => text.length * sectionLabelSize * characterWidth;
  const fitting = hall.sectionLabels.filter((label) => widthOf(label) <= label.size * sight.scale);
  if (fitting.length < hall.sectionLabels.length * sectionLabelsFittingMin) return;
  startText(context, sectionLabelSize, palette.ink, palette.font);
  context.strokeStyle = palette.paper;
  context.lineWidth = 3;
  context.lineJoin = 'round';
  const painted: Box[] = [];
  for (const label of hall.sectionLabels) {
    const { x, y } = spotOf(label);
    const half = { x: widthOf(label) / 2, y: sectionLabelSize / 2 };
    const box = { left: x - half.x, top: y - half.y, right: x + half.x, bottom: y + half.y };
    const isSeen = box.right > 0 && box.bottom > 0 && box.left < sight.width && box.top < sight.height;
    if (!isSeen || painted.some((other) => overlap(other, box))) continue;
    painted.push(box);
    context.strokeText(label.text, x, y);
    context.fillText(label.text, x, y);
  }
}

function paintAreas(
  context: CanvasRenderingContext2D,
  hall: Hall,
  sight: Sight,
  overlay: Overlay,
  palette: Palette,
): void {
  const seen = {
    left: sight.left / sight.scale,
    top: sight.top / sight.scale,
    right: (sight.left + sight.width) / sight.scale,
    bottom: (sight.top + sight.height) / sight.scale,
  };
  for (const area of hall.areas) {
    if (!overlap(area.bounds, seen)) continue;
    paintAreaText(context, area.textPlace, overlay.areaLines(area.area), sight, palette);
    if (area === overlay.hoveredArea) {
      context.save();
      context.translate(-sight.left, -sight.top);
      tracePath(context, area.shape, sight.scale);
      context.strokeStyle = palette.ink;
      context.lineWidth = 2.5;
      context.stroke();
      context.restore();
    }
  }
}

/** Line by line, or where the area is too low for that, in one. */
function paintAreaText(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: TextPlace,
  texts: readonly string[],
  sight: Sight,
  palette: Palette,
): void {
  const isLow = height * sight.scale < texts.length * areaTextSize.min * lineHeight;
  const lines = isLow ? [texts.join(' · ')] : texts;
  const longest = Math.max(...lines.map((line) => line.length));
  const fitting = Math.min(
    (width * sight.scale * 0.9) / (longest * characterWidth),
    (height * sight.scale * 0.9) / (lines.length * lineHeight),
  );
  const size = Math.min(Math.max(areaTextSize.min, fitting), areaTextSize.max);
  startText(context, size, palette.ink, palette.font);
  context.strokeStyle = palette.paper;
  context.lineWidth = 3;
  context.lineJoin = 'round';
  for (const [at, line] of lines.entries()) {
    const lineX = x * sight.scale - sight.left;
    const lineY = y * sight.scale - sight.top + (at - (lines.length - 1) / 2) * size * lineHeight;
    context.strokeText(line, lineX, lineY);
    context.fillText(line, lineX, lineY);
  }
}

function paintPins(
  context: CanvasRenderingContext2D,
  hall: Hall,
  spotOf: (point: Point) => Spot,
  overlay: Overlay,
  palette: Palette,
): void {
  for (const index of overlay.ownSeats) {
    const seat = hall.seats[index];
    const kind = overlay.mark(index);
    if (seat !== undefined && kind !== 'free') drawMarks[kind](context, [spotOf(seat)], pinRadius, palette);
  }
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
