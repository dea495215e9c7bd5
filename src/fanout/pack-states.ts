/** Two bits a seat, seat 0 in the lowest bits of byte 0. Protocol page, frame 2. */
export function packStates(states: Uint8Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(states.length / 4));
  for (let seat = 0; seat < states.length; seat += 1) {
    const byte = seat >> 2;
    packed[byte] = (packed[byte] as number) | ((states[seat] as number) << ((seat & 3) * 2));
  }
  return packed;
}

/** The other way round: a state a seat. */
export function unpackStates(packed: Uint8Array, seatCount: number): Uint8Array {
  const states = new Uint8Array(seatCount);
  for (let seat = 0; seat < seatCount; seat += 1) {
    states[seat] = ((packed[seat >> 2] as number) >> ((seat & 3) * 2)) & 3;
  }
  return states;
}
