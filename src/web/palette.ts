/** The colours of the canvas, from page.css, which knows about dark mode. */
export interface Palette {
  readonly paper: string;
  readonly ink: string;
  readonly quiet: string;
  readonly held: string;
  /** Of a held seat that is too small for its mark. */
  readonly heldPatch: string;
  readonly bookedFill: string;
  readonly bookedMark: string;
  readonly own: string;
  readonly ownInk: string;
  readonly focus: string;
  readonly stage: string;
  readonly font: string;
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  return {
    paper: color('--paper'),
    ink: color('--ink'),
    quiet: color('--quiet'),
    held: color('--held'),
    heldPatch: color('--held-patch'),
    bookedFill: color('--booked-fill'),
    bookedMark: color('--booked-mark'),
    own: color('--own'),
    ownInk: color('--own-ink'),
    focus: color('--focus'),
    stage: color('--stage'),
    font: getComputedStyle(document.body).fontFamily,
  };
}
