/** The encodings of a frame, by the name that is negotiated when the WebSocket opens. Protocol page, section 1. */
export const subprotocols = ['usher.v1.msgpack', 'usher.v1.json'] as const;
export type Subprotocol = (typeof subprotocols)[number];

/** The first of the client's offers (`Sec-WebSocket-Protocol`, comma-separated) that we speak, or null. */
export function chooseSubprotocol(header: string): Subprotocol | null {
  for (const offer of header.split(',')) {
    const name = offer.trim();
    for (const known of subprotocols) if (name === known) return known;
  }
  return null;
}
