/** Those of `seats`, in their order, that are not among `others`. Both lists are short. */
export function seatsWithout(seats: readonly number[], others: readonly number[]): number[] {
  return seats.filter((seat) => !others.includes(seat));
}

/** The same seats in the same order. */
export function areSameSeats(seats: readonly number[], others: readonly number[]): boolean {
  if (seats.length !== others.length) return false;
  for (let index = 0; index < seats.length; index += 1) if (seats[index] !== others[index]) return false;
  return true;
}
