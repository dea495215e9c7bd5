import type { Viewport } from './viewport.js';

/** A pointer that moves less than this, in CSS pixels, while it is pressed, clicks. */
const dragMinPx = 5;
/** One notch of a wheel is about 100. */
const wheelFactorPerPixel = 0.0025;

/**
 * Moves and zooms the map as maps are: a mouse drags it, two fingers and Ctrl with the wheel zoom it. One finger and the
 * wheel alone scroll as everywhere on the page.
 */
export function listenForGestures(canvas: HTMLCanvasElement, viewport: Viewport): void {
  dragWithMouse(canvas, viewport);
  zoomWithFingers(canvas, viewport);
  canvas.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      viewport.zoomAround(event.clientX, event.clientY, Math.exp(-event.deltaY * wheelFactorPerPixel));
    },
    { passive: false },
  );
}

function dragWithMouse(canvas: HTMLCanvasElement, viewport: Viewport): void {
  let pressed: { readonly x: number; readonly y: number } | null = null;
  let isDragging = false;
  canvas.addEventListener('pointerdown', (event) => {
    isDragging = false;
    pressed = event.pointerType === 'mouse' && event.button === 0 ? { x: event.clientX, y: event.clientY } : null;
  });
  canvas.addEventListener('pointermove', (event) => {
    if (pressed === null || (event.buttons & 1) === 0) return;
    const [dx, dy] = [event.clientX - pressed.x, event.clientY - pressed.y];
    if (!isDragging && Math.hypot(dx, dy) < dragMinPx) return;
    if (!isDragging) canvas.setPointerCapture(event.pointerId);
    isDragging = true;
    pressed = { x: event.clientX, y: event.clientY };
    viewport.scrollBy(-dx, -dy);
  });
  // The end of a drag is no click.
  canvas.addEventListener(
    'click',
    (event) => {
      if (isDragging) event.stopImmediatePropagation();
      isDragging = false;
    },
    { capture: true },
  );
}

function zoomWithFingers(canvas: HTMLCanvasElement, viewport: Viewport): void {
  let distance = 0;
  const follow = (event: TouchEvent) => {
    const [one, other] = event.touches;
    if (one === undefined || other === undefined) {
      distance = 0;
      return;
    }
    event.preventDefault();
    const now = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    const [x, y] = [(one.clientX + other.clientX) / 2, (one.clientY + other.clientY) / 2];
    if (distance > 0 && now > 0) viewport.zoomAround(x, y, now / distance);
    distance = now;
  };
  for (const type of ['touchstart', 'touchmove', 'touchend', 'touchcancel'] as const) {
    canvas.addEventListener(type, follow, { passive: false });
  }
}
