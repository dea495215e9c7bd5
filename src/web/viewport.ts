import type { Hall } from './hall.js';
import type { Sight } from './hall-painter.js';

/** Zoomed in as far as it goes, two neighbouring seats are this far apart, in CSS pixels: enough for a thumb. */
const pitchMaxPx = 44;
const zoomStep = 1.6;
/** The map never takes more of the window's height. */
const heightShareMax = 0.78;

/**
 * What is seen of the hall, and the way between its units and the window's pixels. The canvas is only as large as the
 * part that is seen: it sticks to the corner of a scrolling box, whose inside is as large as the whole zoomed hall, so that
 * scrolling is the browser's own, by wheel, finger and bar.
 */
export class Viewport {
  readonly #view: HTMLElement;
  readonly #space: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #hall: Hall;
  readonly #onChange: () => void;
  #zoom = 1;

  constructor(view: HTMLElement, space: HTMLElement, canvas: HTMLCanvasElement, hall: Hall, onChange: () => void) {
    this.#view = view;
    this.#space = space;
    this.#canvas = canvas;
    this.#hall = hall;
    this.#onChange = onChange;
    view.addEventListener('scroll', onChange, { passive: true });
    new ResizeObserver(() => this.#layOut()).observe(view);
    window.addEventListener('resize', () => this.#layOut());
    this.#layOut();
  }

  get sight(): Sight {
    return {
      scale: this.#scale,
      left: this.#view.scrollLeft,
      top: this.#view.scrollTop,
      width: this.#view.clientWidth,
      height: this.#view.clientHeight,
    };
  }

  /** The distance between two neighbouring seats, in CSS pixels. */
  get pitchPx(): number {
    return this.#hall.pitch * this.#scale;
  }

  get canZoomIn(): boolean {
    return this.#zoom < this.#zoomMax;
  }

  get canZoomOut(): boolean {
    return this.#zoom > 1;
  }

  /** The point of the hall under a point of the window. */
  hallPoint(clientX: number, clientY: number): { x: number; y: number } {
    const box = this.#canvas.getBoundingClientRect();
    return {
      x: (clientX - box.left + this.#view.scrollLeft) / this.#scale,
      y: (clientY - box.top + this.#view.scrollTop) / this.#scale,
    };
  }

  zoomIn(): void {
    this.#zoomTo(this.#zoom * zoomStep, this.#middle);
  }

  zoomOut(): void {
    this.#zoomTo(this.#zoom / zoomStep, this.#middle);
  }

  /** Large enough to pick single seats by finger, with a point of the hall in the middle. */
  zoomInOn(point: { x: number; y: number }): void {
    this.#zoomTo(this.#zoomMax, point);
  }

  /** Scrolls as little as is needed for a point of the hall to be seen. */
  reveal(point: { x: number; y: number }): void {
    const { scale, left, top, width, height } = this.sight;
    const margin = this.pitchPx * 2;
    const x = point.x * scale;
    const y = point.y * scale;
    this.#view.scrollTo(
      Math.max(Math.min(left, x - margin), x + margin - width),
      Math.max(Math.min(top, y - margin), y + margin - height),
    );
  }

  get #fitScale(): number {
    return this.#view.clientWidth / this.#hall.width;
  }

  get #scale(): number {
    return this.#fitScale * this.#zoom;
  }

  get #zoomMax(): number {
    return Math.max(1, pitchMaxPx / (this.#hall.pitch * this.#fitScale));
  }

  get #middle(): { x: number; y: number } {
    const { scale, left, top, width, height } = this.sight;
    return { x: (left + width / 2) / scale, y: (top + height / 2) / scale };
  }

  #zoomTo(zoom: number, middle: { x: number; y: number }): void {
    this.#zoom = Math.min(Math.max(zoom, 1), this.#zoomMax);
    this.#layOut();
    const { scale, width, height } = this.sight;
    this.#view.scrollTo(middle.x * scale - width / 2, middle.y * scale - height / 2);
  }

  #layOut(): void {
    const fitHeight = this.#hall.height * this.#fitScale;
    this.#view.style.height = `${Math.floor(Math.min(fitHeight, window.innerHeight * heightShareMax))}px`;
    this.#space.style.width = `${Math.floor(this.#hall.width * this.#scale)}px`;
    this.#space.style.height = `${Math.floor(this.#hall.height * this.#scale)}px`;

    const { width, height } = this.sight;
    const density = window.devicePixelRatio;
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    this.#canvas.width = Math.round(width * density);
    this.#canvas.height = Math.round(height * density);
    this.#onChange();
  }
}
