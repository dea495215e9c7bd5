import type { Hall } from './hall.js';
import type { Sight } from './hall-overlay.js';
import type { Point } from './shape.js';

/** Zoomed in as far as it goes, two neighbouring seats are this far apart, in CSS pixels: enough for a thumb. */
const pitchMaxPx = 44;
const zoomStep = 1.6;
/** The map never takes more of the window's height. */
const heightShareMax = 0.78;

/**
 * What is seen of the hall, and the way between its units and the window's pixels. The canvas is only as large as the
 * part that is seen: it sticks to the corner of a scrolling box, whose inside is as large as the whole zoomed hall, so that
 * scrolling is the browser's own, by wheel, finger and bar. At zoom 1 all of the hall is seen.
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
      left: wholePixels(this.#view.scrollLeft - this.#offset),
      top: wholePixels(this.#view.scrollTop),
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
  hallPoint(clientX: number, clientY: number): Point {
    const box = this.#canvas.getBoundingClientRect();
    const { scale, left, top } = this.sight;
    return { x: (clientX - box.left + left) / scale, y: (clientY - box.top + top) / scale };
  }

  zoomIn(): void {
    this.#zoomTo(this.#zoom * zoomStep, this.#middle);
  }

  zoomOut(): void {
    this.#zoomTo(this.#zoom / zoomStep, this.#middle);
  }

  /** Brings a point of the hall to the middle, its seats this far apart, in CSS pixels. */
  zoomInOn(point: Point, pitchPx: number): void {
    this.#zoomTo(pitchPx / (this.#hall.pitch * this.#fitScale), point);
  }

  /** Larger or smaller by a factor; the point of the hall under a point of the window stays there. */
  zoomAround(clientX: number, clientY: number, factor: number): void {
    const point = this.hallPoint(clientX, clientY);
    const box = this.#canvas.getBoundingClientRect();
    this.#setZoom(this.#zoom * factor);
    this.#scrollTo(point, clientX - box.left, clientY - box.top);
  }

  scrollBy(dx: number, dy: number): void {
    this.#view.scrollBy(dx, dy);
  }

  /** Scrolls as little as is needed for a point of the hall to be seen. */
  reveal(point: Point): void {
    const { scale, left, top, width, height } = this.sight;
    const margin = this.pitchPx * 2;
    const x = point.x * scale;
    const y = point.y * scale;
    this.#view.scrollTo(
      Math.max(Math.min(left, x - margin), x + margin - width) + this.#offset,
      Math.max(Math.min(top, y - margin), y + margin - height),
    );
  }

  get #heightMax(): number {
    return Math.floor(window.innerHeight * heightShareMax);
  }

  get #fitScale(): number {
    return Math.min(this.#view.clientWidth / this.#hall.width, this.#heightMax / this.#hall.height);
  }

  get #scale(): number {
    return this.#fitScale * this.#zoom;
  }

  get #zoomMax(): number {
    return Math.max(1, pitchMaxPx / (this.#hall.pitch * this.#fitScale));
  }

  /** A hall that is narrower than the view stands in its middle, this far from the left. */
  get #offset(): number {
    return Math.max(0, (this.#view.clientWidth - this.#hall.width * this.#scale) / 2);
  }

  get #middle(): Point {
    const { scale, left, top, width, height } = this.sight;
    return { x: (left + width / 2) / scale, y: (top + height / 2) / scale };
  }

  #zoomTo(zoom: number, middle: Point): void {
    this.#setZoom(zoom);
    const { width, height } = this.sight;
    this.#scrollTo(middle, width / 2, height / 2);
  }

  #setZoom(zoom: number): void {
    this.#zoom = Math.min(Math.max(zoom, 1), this.#zoomMax);
    this.#layOut();
  }

  /** Scrolls until a point of the hall is at a point of the view. */
  #scrollTo(point: Point, viewX: number, viewY: number): void {
    const scale = this.#scale;
    this.#view.scrollTo(point.x * scale - viewX + this.#offset, point.y * scale - viewY);
  }

  #layOut(): void {
    const fitHeight = this.#hall.height * this.#fitScale;
    this.#view.style.height = `${Math.floor(fitHeight)}px`;
    this.#space.style.width = `${Math.floor(Math.max(this.#view.clientWidth, this.#hall.width * this.#scale))}px`;
    this.#space.style.height = `${Math.floor(this.#hall.height * this.#scale)}px`;

    const { width, height } = this.sight;
    const density = window.devicePixelRatio;
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    const [pixelWidth, pixelHeight] = [Math.round(width * density), Math.round(height * density)];
    // Setting it wipes the canvas, also to what it was.
    if (this.#canvas.width !== pixelWidth) this.#canvas.width = pixelWidth;
    if (this.#canvas.height !== pixelHeight) this.#canvas.height = pixelHeight;
    this.#onChange();
  }
}

/** A CSS length that is a whole number of the screen's pixels, so that what was painted once can be copied as it is. */
function wholePixels(length: number): number {
  return Math.round(length * window.devicePixelRatio) / window.devicePixelRatio;
}
