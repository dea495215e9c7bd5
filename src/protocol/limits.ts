/** Bounds that the wire itself fixes. What an operator may change lives in config/. */
export const protocolLimits = {
  /** A client's message; a longer one closes the socket with 1009. */
  messageBytesMax: 4096,
  /** Ids: `[A-Za-z0-9_-]`. */
  idLengthMax: 64,
  commandIdLengthMin: 8,
  orderRefLengthMax: 64,
  /** No event can allow more seats in one hold. */
  seatsPerHoldMax: 50,
  /** Arrays and maps in a client's frame: more than a hold can name, far less than what could hurt. */
  itemsPerContainerMax: 64,
  /** `[11, 1, e, c, {sections: [..]}]` is three deep. */
  nestingMax: 4,
  reqIdMax: 2 ** 32 - 1,
  tokenLengthMax: 3072,
} as const;
