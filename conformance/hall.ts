/**
 * The hall that the suite's events take place in, in the `usher` format:
 *
 *              stage
 *     0  1  2  3  4  5  6  7  8  9     row A of the stalls, dear
 *    10 11 12 13 14 15 16 17 18 19     row B of the stalls, cheap; 18 is a wheelchair place, 19 its companion's
 *    20 21 22 23 24 25 26 27 28 29     row A of the circle, cheap
 *    [ floor: 20 places ]              general admission, cheap
 */
export const hall = {
  name: 'Conformance hall',
  size: { width: 100, height: 100 },
  categories: [
    { key: 'dear', name: 'Dear', color: '#aa0000' },
    { key: 'cheap', name: 'Cheap', color: '#0000aa' },
  ],
  sections: [
    { key: 'stalls', name: 'Stalls', rows: [rowOf('A', 10, 'dear'), rowOf('B', 20, 'cheap', true)] },
    { key: 'circle', name: 'Circle', rows: [rowOf('A', 40, 'cheap')] },
  ],
  areas: [
    {
      area: 'floor',
      name: 'Floor',
      capacity: 20,
      category: 'cheap',
      shape: { type: 'rectangle', x: 5, y: 60, width: 90, height: 30 },
    },
  ],
};

export const seatCount = 30;
export const floorCapacity = 20;
export const wheelchairSeat = 18;
export const companionSeat = 19;

function rowOf(label: string, y: number, category: string, hasWheelchairPlace = false): object {
  const accessible = (seat: number): object => {
    if (!hasWheelchairPlace || seat < 8) return {};
    return { accessible: seat === 8 ? 'wheelchair' : 'companion' };
  };
  const seats = Array.from({ length: 10 }, (_, seat) => ({
    label: String(seat + 1),
    x: 5 + seat * 10,
    y,
    category,
    ...accessible(seat),
  }));
  return { label, seats };
}
