/**
 * Carries bytes between nodes, as well as it can: a message arrives once, late, or never. What one node sends on one channel
 * arrives in that order as a rule; receivers check. Nothing may rest on a message having arrived.
 */
export interface Carrier {
  /** False: what is sent now is lost. */
  readonly isUp: boolean;
  /**
   * Never throws and never waits. Returns whether it was handed over. `message` may be used again afterwards.
   * @param onUnheard called once it is known that nobody listened; what got lost in another way is not known to be
   */
  send(channel: string, message: Uint8Array, onUnheard?: () => void): boolean;
  /** From `onListening` on, what is sent on the channel comes in. */
  listen(channel: string): void;
  unlisten(channel: string): void;
  close(): Promise<void>;
}

export interface CarrierListener {
  /** `message` is the receiver's own. */
  onMessage(channel: string, message: Uint8Array): void;
  /** What was sent on the channel before this may be missing: also after each time that the carrier was down. */
  onListening(channel: string): void;
  onUp(): void;
  onDown(): void;
}
