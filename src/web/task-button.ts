/**
 * Runs a task when the button is pressed, one at a time. Meanwhile the button says so, and stays focused, which a disabled
 * one would not. `textAfter`: what it says then; its old text, where that stays true.
 */
export function runsTask(
  pressed: HTMLButtonElement,
  busyText: string,
  task: () => Promise<void>,
  textAfter?: () => string,
): void {
  pressed.addEventListener('click', () => {
    if (isBusy(pressed)) return;
    const textBefore = pressed.textContent;
    pressed.ariaDisabled = 'true';
    pressed.textContent = busyText;
    void task().finally(() => {
      pressed.ariaDisabled = 'false';
      pressed.textContent = textAfter?.() ?? textBefore;
    });
  });
}

/** Whether the button's task runs: then its text is not to be changed. */
export function isBusy(pressed: HTMLButtonElement): boolean {
  return pressed.ariaDisabled === 'true';
}
