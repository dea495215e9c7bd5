import { type Change, holdIdOf, placesOf, seatsOf } from './change.js';
import type { Chart } from './configuration.js';
import type { Command } from './history.js';
import type { Invariant } from './violations.js';

export interface Difference {
  readonly invariant: Invariant;
  readonly message: string;
}

/**
 * What the change is that the command did not ask for; null where it is what was asked for. [I9] All the seats that it names,
 * or so many as it wants; [I6] the hold and the order that it names, and seats of the kind that it wants.
 */
export function differenceFrom(command: Command, change: Change, chart: Chart): Difference | null {
  const seats = seatsOf(change);
  const places = placesOf(change);
  const quantity = places?.quantity ?? seats.length;
  switch (command.op) {
    case 'hold':
      if (change.kind !== 'SeatsHeld') return other(command, change);
      return command.input.seats.join() === seats.join() ? null : partial(command, seats.join());
    case 'holdBest':
      if (change.kind !== 'SeatsHeld') return other(command, change);
      return quantity === command.input.quantity
        ? unwanted(command.input, seats, chart)
        : partial(command, seats.join());
    case 'holdArea':
      if (change.kind !== 'PlacesHeld') return other(command, change);
      return places?.area === command.input.area && quantity === command.input.quantity
        ? null
        : partial(command, `${quantity} places of ${places?.area}`);
    case 'extend':
      if (change.kind !== 'HoldExtended') return other(command, change);
      return sameHold(command.input.holdId, change);
    case 'release': {
      if (change.kind !== 'HoldReleased') return other(command, change);
      const { seats: wanted, quantity: wantedQuantity, holdId } = command.input;
      const remains = change.remaining.length + (change.remainingQuantity ?? 0);
      const isWhole = wanted === null && wantedQuantity === undefined;
      const isAsked = isWhole
        ? remains === 0
        : (wanted?.join() ?? wantedQuantity) === (places?.quantity ?? seats.join());
      return isAsked
        ? sameHold(holdId, change)
        : partial(command, places === null ? seats.join() : `${quantity} places`);
    }
    case 'confirm':
      if (change.kind !== 'BookingConfirmed') return other(command, change);
      if (change.orderRef !== command.input.orderRef) {
        return { invariant: 'I6', message: `the order is ${change.orderRef}, and not ${command.input.orderRef}` };
      }
      return sameHold(command.input.holdId, change);
    default:
      return null;
  }
}

function other(command: Command, change: Change): Difference {
  return { invariant: 'I6', message: `a ${command.op} made ${change.kind}` };
}

function partial(command: Command, did: string): Difference {
  return { invariant: 'I9', message: `${JSON.stringify(command.input)} was asked for, and ${did} came of it` };
}

function sameHold(holdId: string, change: { readonly holdEpoch: number; readonly holdSeq: number }): Difference | null {
  const did = holdIdOf(change.holdEpoch, change.holdSeq);
  return did === holdId ? null : { invariant: 'I6', message: `hold ${holdId} was meant, and ${did} was touched` };
}

type Best = Extract<Command, { readonly op: 'holdBest' }>['input'];

function unwanted(
  { categories, sections, accessible }: Best,
  seats: readonly number[],
  chart: Chart,
): Difference | null {
  for (const seat of seats) {
    const [category = '', section] = [chart.categoryOf(seat), chart.sectionOf(seat)];
    const isWanted =
      categories?.includes(category) !== false && (section === undefined || sections?.includes(section) !== false);
    if (!isWanted) return { invariant: 'I6', message: `seat ${seat} is of category ${category}, section ${section}` };
  }
  const wheelchairPlaces = seats.filter((seat) => chart.isWheelchairPlace(seat)).length;
  if (chart.configuration.layout === null || wheelchairPlaces === (accessible ?? 0)) return null;
  return {
    invariant: 'I6',
    message: `${wheelchairPlaces} of the seats are wheelchair places, and not ${accessible ?? 0}`,
  };
}
