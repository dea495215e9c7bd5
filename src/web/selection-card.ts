import { button, byId, element } from './dom.js';
import type { EventPlaces } from './event-places.js';
import type { Selection } from './selection.js';
import { isBusy, runsTask } from './task-button.js';
import { countOf } from './words.js';

/** The selected seats, what they cost, and the button that holds them. Returns what brings it up to date. */
export function showSelection(places: EventPlaces, selection: Selection, hold: () => Promise<void>): () => void {
  const list = byId('selected-seats', HTMLUListElement);
  const empty = byId('selection-empty', HTMLParagraphElement);
  const total = byId('selected-total', HTMLOutputElement);
  const totalLine = byId('selected-total-line', HTMLParagraphElement);
  const actions = byId('selection-actions', HTMLDivElement);
  const holdButton = byId('hold', HTMLButtonElement);
  const clearButton = byId('clear', HTMLButtonElement);

  const holdText = () => `Hold ${countOf(selection.seats.length, 'seat')}`;
  const show = () => {
    const chosen = selection.seats;
    const isEmpty = chosen.length === 0 && !isBusy(holdButton);
    empty.hidden = !isEmpty;
    totalLine.hidden = isEmpty;
    actions.hidden = isEmpty;
    list.replaceChildren(...chosen.map((seat) => item(seat, places, () => selection.remove([seat]))));
    total.textContent = places.total(chosen);
    if (!isBusy(holdButton)) holdButton.textContent = holdText();
  };
  runsTask(holdButton, 'Holding…', () => hold().finally(() => window.setTimeout(show)), holdText);
  clearButton.addEventListener('click', () => selection.clear());
  show();
  return show;
}

function item(seat: number, places: EventPlaces, remove: () => void): HTMLLIElement {
  const name = places.name(seat);
  return element(
    'li',
    {},
    element('span', { text: name }),
    element('span', { class: 'price', text: places.price(seat) }),
    button('×', { class: 'button square', attributes: { 'aria-label': `Remove ${name}` } }, remove),
  );
}
