/**
 * Runs a task when the button is pressed, one at a time. Meanwhile the button says so, and stays focused, which a disabled
 * one would not.
 */
export function runsTask(pressed: HTMLButtonElement, busyText: string, task: () => Promise<void>): void {
  pressed.addEventListener('click', () => {
    if (pressed.ariaDisabled === 'true') return;
    const text = pressed.textContent;
    pressed.ariaDisabled = 'true';
    pressed.textContent = busyText;
    void task().finally(() => {
      pressed.ariaDisabled = 'false';
      // The task may have given the button another text for what comes next.
      if (pressed.textContent === busyText) pressed.textContent = text;
    });
  });
}
