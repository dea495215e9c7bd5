import { button, byId, element } from './dom.js';
import type { EventSeats } from './event-seats.js';
import type { Selection } from './selection.js';
import { runsTask } from './task-button.js';
import { countOf } from './words.js';

/** The selected seats, what they cost, and the button that holds them. */
export function showSelection(seats: EventSeats, selection: Selection, hold: () => Promise<void>): void {
  const list = byId('selected-seats', HTMLUListElement);
  const empty = byId('selection-empty', HTMLParagraphElement);
  const total = byId('selected-total', HTMLOutputElement);
  const holdButton = byId('hold', HTMLButtonElement);
  const clearButton = byId('clear', HTMLButtonElement);

  const show = () => {
    const chosen = selection.seats;
    empty.hidden = chosen.length > 0;
    list.replaceChildren(...chosen.map((seat) => item(seat, seats, () => selection.remove([seat]))));
    total.textContent = seats.total(chosen);
    holdButton.disabled = chosen.length === 0;
    clearButton.disabled = chosen.length === 0;
    if (holdButton.ariaDisabled !== 'true') {
      holdButton.textContent = chosen.length === 0 ? 'Hold' : `Hold ${countOf(chosen.length, 'seat')}`;
    }
  };
  runsTask(holdButton, 'Holding…', async () => {
    await hold();
    holdButton.ariaDisabled = 'false';
    show();
  });
  clearButton.addEventListener('click', () => selection.clear());
  selection.onChange(show);
  show();
}

function item(seat: number, seats: EventSeats, remove: () => void): HTMLLIElement {
  const name = seats.name(seat);
  return element(
    'li',
    {},
    element('span', { text: name }),
    element('span', { class: 'price', text: seats.price(seat) }),
    button('×', { class: 'button square', attributes: { 'aria-label': `Remove ${name}` } }, remove),
  );
}
