import { byId } from './dom.js';
import type { Direction, Hall, HallArea, HallSeat } from './hall.js';
import { listenForGestures } from './hall-gestures.js';
import { type Overlay, paintOverlay } from './hall-overlay.js';
import type { Looks } from './hall-painter.js';
import { HallTiles } from './hall-tiles.js';
import { type Palette, readPalette } from './palette.js';
import type { Point } from './shape.js';
import { Viewport } from './viewport.js';

/** What the canvas shows; kept elsewhere. */
export interface HallLooks extends Looks {
  /** One's own and the selected ones. */
  readonly ownSeats: readonly number[];
  areaLines(area: string): readonly string[];
  /** All there is to say of a seat or an area, in one line. */
  describe(seat: HallSeat): string;
  describeArea(area: string): string;
}

/** What somebody does on the map, by pointer or keyboard. */
export interface HallEvents {
  seatPicked(seat: HallSeat): void;
  areaPicked(area: string): void;
  /** The keyboard's cursor moved to a seat. */
  movedTo(seat: HallSeat): void;
}

const arrowDirections: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
const flashMs = 700;
/** Of very many changes at once, the eye follows none. */
const flashesMax = 300;
/** A finger or a mouse that meets seats closer together than this, in CSS pixels, zooms in instead of guessing. */
const pitchMinPx = { touch: 18, mouse: 5.5 } as const;
/** A zoom by a click goes this far: to single seats, or as many times closer, whichever is less. */
const clickZoom = { pitchPx: 30, factor: 6 } as const;
/** How far from a seat, in seats, a pointer still means it. */
const grip = 0.75;

/** The seat map: drawn on a canvas, live, with pointer and keyboard. */
export class HallCanvas {
  readonly #hall: Hall;
  readonly #looks: HallLooks;
  readonly #events: HallEvents;
  readonly #canvas = byId('hall-canvas', HTMLCanvasElement);
  readonly #tooltip = byId('tooltip', HTMLDivElement);
  readonly #zoomInButton = byId('zoom-in', HTMLButtonElement);
  readonly #zoomOutButton = byId('zoom-out', HTMLButtonElement);
  readonly #viewport: Viewport;
  readonly #tiles: HallTiles;
  readonly #flashes = new Map<number, number>();
  readonly #stillness = matchMedia('(prefers-reduced-motion: reduce)');
  #palette: Palette = readPalette();
  #cursor: HallSeat | null = null;
  #hovered: HallSeat | null = null;
  #hoveredArea: HallArea | null = null;
  /** What the tooltip is about. */
  #shown: HallSeat | HallArea | null = null;
  #frameAsked = false;

  constructor(hall: Hall, name: string, looks: HallLooks, events: HallEvents) {
    this.#hall = hall;
    this.#looks = looks;
    this.#events = events;
    this.#tiles = new HallTiles(hall, looks, this.#palette);
    this.#canvas.setAttribute('aria-label', `Seat map of ${name}, ${hall.seats.length} seats`);
    const view = byId('hall-view', HTMLDivElement);
    const space = byId('hall-space', HTMLDivElement);
    this.#viewport = new Viewport(view, space, this.#canvas, hall, () => this.draw());
    this.#listen();
  }

  /** Shows how the areas and these seats look now, before the next repaint. */
  update(seats: readonly number[]): void {
    this.#tiles.change(seats);
    this.draw();
  }

  /** Updates, and draws the eye to the seats. */
  flash(seats: readonly number[]): void {
    const nowMs = performance.now();
    const room = this.#stillness.matches ? 0 : flashesMax - this.#flashes.size;
    for (const seat of seats.slice(0, Math.max(0, room))) this.#flashes.set(seat, nowMs);
    this.update(seats);
  }

  /** Draws before the next repaint, once however often it is asked for. */
  draw(): void {
    if (this.#frameAsked) return;
    this.#frameAsked = true;
    requestAnimationFrame((nowMs) => {
      this.#frameAsked = false;
      this.#paint(nowMs);
    });
  }

  #listen(): void {
    listenForGestures(this.#canvas, this.#viewport);
    this.#canvas.addEventListener('pointermove', (event) => this.#hover(event));
    this.#canvas.addEventListener('pointerleave', () => this.#hover(null));
    this.#canvas.addEventListener('click', (event) => this.#clicked(event));
    this.#canvas.addEventListener('keydown', (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.altKey && this.#pressed(event.key)) event.preventDefault();
    });
    this.#canvas.addEventListener('focus', () => {
      if (this.#canvas.matches(':focus-visible')) this.#moveTo(this.#cursor ?? this.#startSeat());
    });
    this.#canvas.addEventListener('blur', () => this.#show(null));
    this.#zoomInButton.addEventListener('click', () => this.#viewport.zoomIn());
    this.#zoomOutButton.addEventListener('click', () => this.#viewport.zoomOut());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.#palette = readPalette();
      this.#tiles.recolor(this.#palette);
      this.draw();
    });
  }

  #clicked(event: MouseEvent): void {
    const isTouch = event instanceof PointerEvent && event.pointerType === 'touch';
    const point = this.#viewport.hallPoint(event.clientX, event.clientY);
    const area = this.#hall.areaAt(point);
    const { pitchPx } = this.#viewport;
    const isTooSmall = pitchPx < (isTouch ? pitchMinPx.touch : pitchMinPx.mouse) && this.#viewport.canZoomIn;
    if (isTooSmall && this.#seatNear(point, clickZoom.pitchPx / pitchPx) !== null) {
      return this.#viewport.zoomInOn(point, Math.min(clickZoom.pitchPx, pitchPx * clickZoom.factor));
    }
    const seat = this.#seatNear(point, grip);
    if (seat !== null) {
      this.#cursor = seat;
      this.#events.seatPicked(seat);
      if (!isTouch) this.#show(seat);
    } else if (area !== null) this.#events.areaPicked(area.area);
  }

  /** Whether the key means something here. */
  #pressed(key: string): boolean {
    const direction = arrowDirections[key];
    const from = this.#cursor ?? this.#startSeat();
    if (direction !== undefined) this.#moveTo((from && this.#hall.neighbour(from, direction)) ?? from);
    else if ((key === 'Enter' || key === ' ') && from !== null) this.#events.seatPicked(from);
    else if (key === '+' || key === '=') this.#viewport.zoomIn();
    else if (key === '-') this.#viewport.zoomOut();
    else return false;
    this.draw();
    return true;
  }

  #moveTo(seat: HallSeat | null): void {
    this.#cursor = seat;
    if (seat === null) return;
    this.#viewport.reveal(seat);
    this.#show(seat);
    this.#events.movedTo(seat);
    this.draw();
  }

  /** In the middle of the front, where most people look first. */
  #startSeat(): HallSeat | null {
    return this.#hall.nearest(this.#hall.width / 2, 0, Number.POSITIVE_INFINITY);
  }

  /** `within`: seats. */
  #seatNear({ x, y }: Point, within: number): HallSeat | null {
    return this.#hall.nearest(x, y, this.#hall.pitch * within);
  }

  #hover(event: MouseEvent | null): void {
    const point = event === null ? null : this.#viewport.hallPoint(event.clientX, event.clientY);
    const seat = point === null ? null : this.#seatNear(point, grip);
    const area = point === null || seat !== null ? null : this.#hall.areaAt(point);
    if (seat === this.#hovered && area === this.#hoveredArea) return;
    this.#hovered = seat;
    this.#hoveredArea = area;
    this.#canvas.style.cursor = seat === null && area === null ? 'default' : 'pointer';
    this.#show(seat ?? area);
    this.draw();
  }

  /** The tooltip stays within the map: above the seat, or below where there is no room. */
  #show(shown: HallSeat | HallArea | null): void {
    this.#shown = shown;
    this.#tooltip.hidden = shown === null;
    if (shown === null) return;
    const isArea = 'shape' in shown;
    const text = isArea ? this.#looks.describeArea(shown.area) : this.#looks.describe(shown);
    if (this.#tooltip.textContent !== text) this.#tooltip.textContent = text;
    const { scale, left, top, width } = this.#viewport.sight;
    const middle = isArea ? shown.textPlace : shown;
    const x = middle.x * scale - left;
    const y = middle.y * scale - top;
    const gap = isArea ? 30 : Math.max(this.#viewport.pitchPx, 12);
    const half = this.#tooltip.offsetWidth / 2;
    const above = y - gap - this.#tooltip.offsetHeight;
    const tipX = Math.min(Math.max(x - half, 0), Math.max(0, width - half * 2));
    this.#tooltip.style.transform = `translate(${tipX}px, ${above >= 0 ? above : y + gap}px)`;
  }

  #paint(nowMs: number): void {
    const context = this.#canvas.getContext('2d');
    if (context === null) return;
    const { sight } = this.#viewport;
    const density = window.devicePixelRatio;
    const [left, top] = [Math.round(sight.left * density), Math.round(sight.top * density)];
    const part = { left, top, right: left + this.#canvas.width, bottom: top + this.#canvas.height };
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    const isComplete = this.#tiles.show(context, part, { scale: sight.scale * density, density });
    context.setTransform(density, 0, 0, density, 0, 0);
    paintOverlay(context, this.#hall, sight, this.#overlayAt(nowMs), this.#palette);
    this.#show(this.#shown);
    this.#zoomInButton.disabled = !this.#viewport.canZoomIn;
    this.#zoomOutButton.disabled = !this.#viewport.canZoomOut;
    if (!isComplete || this.#flashes.size > 0) this.draw();
  }

  #overlayAt(nowMs: number): Overlay {
    const hasFocus = document.activeElement === this.#canvas && this.#canvas.matches(':focus-visible');
    return {
      cursor: hasFocus ? this.#cursor : null,
      hovered: this.#hovered,
      hoveredArea: this.#hoveredArea,
      flashes: this.#flashShares(nowMs),
      ownSeats: this.#looks.ownSeats,
      mark: (seat) => this.#looks.mark(seat),
      areaLines: (area) => this.#looks.areaLines(area),
    };
  }

  #flashShares(nowMs: number): ReadonlyMap<number, number> {
    const shares = new Map<number, number>();
    for (const [seat, sinceMs] of this.#flashes) {
      const share = (nowMs - sinceMs) / flashMs;
      if (share >= 1) this.#flashes.delete(seat);
      else shares.set(seat, Math.max(0, share));
    }
    return shares;
  }
}
