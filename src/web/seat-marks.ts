import type { Palette } from './palette.js';
import type { SeatMark } from './words.js';

/** A seat's place on the canvas, in CSS pixels. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

type Draw = (context: CanvasRenderingContext2D, spots: readonly Spot[], radius: number, palette: Palette) => void;

/**
 * How a seat looks in each state. Colour is never the only sign: held is half full, booked is crossed out, blocked is a
 * dash, what is one's own is larger and ringed. Many seats of a kind are one path.
 */
export const drawMarks: Readonly<Record<Exclude<SeatMark, 'free'>, Draw>> = {
  held(context, spots, radius, palette) {
    context.fillStyle = palette.held;
    context.beginPath();
    for (const { x, y } of spots) {
      context.moveTo(x, y + radius);
      context.arc(x, y, radius, Math.PI / 2, (Math.PI * 3) / 2);
    }
    context.fill();
    stroke(context, palette.held, lineWidth(radius), () => circles(context, spots, radius - lineWidth(radius) / 2));
  },
  booked(context, spots, radius, palette) {
    fillCircles(context, spots, radius, palette.bookedFill);
    stroke(context, palette.bookedMark, lineWidth(radius), () => crosses(context, spots, radius * 0.5));
  },
  blocked(context, spots, radius, palette) {
    stroke(context, palette.quiet, lineWidth(radius), () => dashes(context, spots, radius * 0.7));
  },
  selected(context, spots, radius, palette) {
    const large = radius * largeShare;
    fillCircles(context, spots, large, palette.ink);
    stroke(context, palette.paper, lineWidth(large) * 1.2, () => ticks(context, spots, large * 0.5));
  },
  ownHold(context, spots, radius, palette) {
    own(context, spots, radius, palette);
    fillCircles(context, spots, radius * 0.4, palette.ownInk);
  },
  ownBooked(context, spots, radius, palette) {
    own(context, spots, radius, palette);
    stroke(context, palette.ownInk, lineWidth(radius) * 1.3, () => ticks(context, spots, radius * 0.55));
  },
};

/** What is one's own or selected reaches into the gaps between seats. */
const largeShare = 1.18;

export function drawFree(
  context: CanvasRenderingContext2D,
  spots: readonly Spot[],
  radius: number,
  color: string,
): void {
  fillCircles(context, spots, radius, color);
}

function own(context: CanvasRenderingContext2D, spots: readonly Spot[], radius: number, palette: Palette): void {
  const large = radius * largeShare;
  fillCircles(context, spots, large, palette.own);
  stroke(context, palette.ownInk, lineWidth(large), () => circles(context, spots, large));
}

function lineWidth(radius: number): number {
  return Math.max(1, radius * 0.3);
}

function fillCircles(context: CanvasRenderingContext2D, spots: readonly Spot[], radius: number, color: string): void {
  context.fillStyle = color;
  context.beginPath();
  circles(context, spots, radius);
  context.fill();
}

function stroke(context: CanvasRenderingContext2D, color: string, width: number, path: () => void): void {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.beginPath();
  path();
  context.stroke();
}

function circles(context: CanvasRenderingContext2D, spots: readonly Spot[], radius: number): void {
  for (const { x, y } of spots) {
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, Math.PI * 2);
  }
}

function crosses(context: CanvasRenderingContext2D, spots: readonly Spot[], reach: number): void {
  for (const { x, y } of spots) {
    context.moveTo(x - reach, y - reach);
    context.lineTo(x + reach, y + reach);
    context.moveTo(x + reach, y - reach);
    context.lineTo(x - reach, y + reach);
  }
}

function dashes(context: CanvasRenderingContext2D, spots: readonly Spot[], reach: number): void {
  for (const { x, y } of spots) {
    context.moveTo(x - reach, y);
    context.lineTo(x + reach, y);
  }
}

function ticks(context: CanvasRenderingContext2D, spots: readonly Spot[], reach: number): void {
  for (const { x, y } of spots) {
    context.moveTo(x - reach, y);
    context.lineTo(x - reach * 0.25, y + reach * 0.75);
    context.lineTo(x + reach, y - reach * 0.7);
  }
}
