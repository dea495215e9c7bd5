import { Listeners, type Stop } from '../client/listeners.js';
import { byId } from './dom.js';
import type { Direction, Hall, HallSeat } from './hall.js';
import { paintHall } from './hall-painter.js';
import { type Palette, readPalette } from './palette.js';
import { Viewport } from './viewport.js';
import type { SeatMark } from './words.js';

/** What the canvas shows of a seat; kept elsewhere. */
export interface SeatLooks {
  mark(seat: number): SeatMark;
  categoryColor(category: string): string;
  /** All there is to say of a seat, in one line. */
  describe(seat: HallSeat): string;
}

const arrowDirections: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
const flashMs = 700;
/** A finger that meets seats closer together than this, in CSS pixels, zooms in instead of guessing. */
const touchPitchMin = 18;
/** How far from a seat, in seats, a pointer still means it. */
const grip = 0.75;

/** The seat map: drawn on a canvas, live, with pointer and keyboard. */
export class HallCanvas {
  readonly #hall: Hall;
  readonly #looks: SeatLooks;
  readonly #canvas = byId('hall-canvas', HTMLCanvasElement);
  readonly #tooltip = byId('tooltip', HTMLDivElement);
  readonly #zoomInButton = byId('zoom-in', HTMLButtonElement);
  readonly #zoomOutButton = byId('zoom-out', HTMLButtonElement);
  readonly #viewport: Viewport;
  readonly #picks = new Listeners<HallSeat>();
  readonly #moves = new Listeners<HallSeat>();
  readonly #flashes = new Map<number, number>();
  readonly #stillness = matchMedia('(prefers-reduced-motion: reduce)');
  #palette: Palette = readPalette();
  #cursor: HallSeat | null = null;
  #hovered: HallSeat | null = null;
  /** The seat that the tooltip is about. */
  #shown: HallSeat | null = null;
  #frameAsked = false;

  constructor(hall: Hall, name: string, looks: SeatLooks) {
    this.#hall = hall;
    this.#looks = looks;
    this.#canvas.setAttribute('aria-label', `Seat map of ${name}, ${hall.seats.length} seats`);
    const view = byId('hall-view', HTMLDivElement);
    const space = byId('hall-space', HTMLDivElement);
    this.#viewport = new Viewport(view, space, this.#canvas, hall, () => this.draw());
    this.#listen();
  }

  /** Somebody chose a seat, by pointer or keyboard. */
  onPick(listener: (seat: HallSeat) => void): Stop {
    return this.#picks.add(listener);
  }

  /** The keyboard's cursor moved to a seat. */
  onMove(listener: (seat: HallSeat) => void): Stop {
    return this.#moves.add(listener);
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

  /** Draws, and draws the eye to seats that changed. */
  flash(seats: readonly number[]): void {
    const nowMs = performance.now();
    if (!this.#stillness.matches) for (const seat of seats) this.#flashes.set(seat, nowMs);
    this.draw();
  }

  #listen(): void {
    this.#canvas.addEventListener('pointermove', (event) => this.#hover(this.#seatUnder(event)));
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
      this.draw();
    });
  }

  #clicked(event: MouseEvent): void {
    const isTouch = event instanceof PointerEvent && event.pointerType === 'touch';
    if (isTouch && this.#viewport.pitchPx < touchPitchMin && this.#viewport.canZoomIn) {
      return this.#viewport.zoomInOn(this.#viewport.hallPoint(event.clientX, event.clientY));
    }
    const seat = this.#seatUnder(event);
    if (seat === null) return;
    this.#cursor = seat;
    this.#picks.tell(seat);
    if (!isTouch) this.#show(seat);
  }

  /** Whether the key means something here. */
  #pressed(key: string): boolean {
    const direction = arrowDirections[key];
    const from = this.#cursor ?? this.#startSeat();
    if (direction !== undefined) this.#moveTo((from && this.#hall.neighbour(from, direction)) ?? from);
    else if ((key === 'Enter' || key === ' ') && from !== null) this.#picks.tell(from);
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
    this.#moves.tell(seat);
    this.draw();
  }

  /** In the middle of the front, where most people look first. */
  #startSeat(): HallSeat | null {
    return this.#hall.nearest(this.#hall.width / 2, 0, Number.POSITIVE_INFINITY);
  }

  #seatUnder({ clientX, clientY }: MouseEvent): HallSeat | null {
    const { x, y } = this.#viewport.hallPoint(clientX, clientY);
    return this.#hall.nearest(x, y, this.#hall.pitch * grip);
  }

  #hover(seat: HallSeat | null): void {
    if (seat === this.#hovered) return;
    this.#hovered = seat;
    this.#canvas.style.cursor = seat === null ? 'default' : 'pointer';
    this.#show(seat);
    this.draw();
  }

  /** The tooltip stays within the map: above the seat, or below where there is no room. */
  #show(seat: HallSeat | null): void {
    this.#shown = seat;
    this.#tooltip.hidden = seat === null;
    if (seat === null) return;
    this.#tooltip.textContent = this.#looks.describe(seat);
    const { scale, left, top, width } = this.#viewport.sight;
    const x = seat.x * scale - left;
    const y = seat.y * scale - top;
    const gap = Math.max(this.#viewport.pitchPx, 12);
    const half = this.#tooltip.offsetWidth / 2;
    const above = y - gap - this.#tooltip.offsetHeight;
    const tipX = Math.min(Math.max(x - half, 0), Math.max(0, width - half * 2));
    this.#tooltip.style.transform = `translate(${tipX}px, ${above >= 0 ? above : y + gap}px)`;
  }

  #paint(nowMs: number): void {
    const context = this.#canvas.getContext('2d');
    if (context === null) return;
    const density = this.#canvas.width / Math.max(1, this.#viewport.sight.width);
    context.setTransform(density, 0, 0, density, 0, 0);
    const hasFocus = document.activeElement === this.#canvas && this.#canvas.matches(':focus-visible');
    paintHall(
      context,
      this.#hall,
      this.#viewport.sight,
      {
        mark: (seat) => this.#looks.mark(seat),
        categoryColor: (category) => this.#looks.categoryColor(category),
        cursor: hasFocus ? this.#cursor : null,
        hovered: this.#hovered,
        flashes: this.#flashShares(nowMs),
      },
      this.#palette,
    );
    this.#show(this.#shown);
    this.#zoomInButton.disabled = !this.#viewport.canZoomIn;
    this.#zoomOutButton.disabled = !this.#viewport.canZoomOut;
    if (this.#flashes.size > 0) this.draw();
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
