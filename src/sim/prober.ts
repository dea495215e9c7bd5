import assert from 'node:assert/strict';
import type { DownFrame } from '../protocol/down.js';
import type { Command } from '../seatmap/command.js';
import { writeMail } from '../shard/requests.js';
import type { Receiver } from './connection.js';
import type { Network } from './network.js';
import type { Sometimes } from './sometimes.js';

/** Asks once for something else under an id that was accepted. */
export class Prober implements Receiver {
  readonly resumes = false;
  readonly holderId: string;
  readonly #command: Command;

  constructor(
    private readonly network: Network,
    readonly eventId: string,
    readonly place: number,
    command: Command,
    private readonly sometimes: Sometimes,
  ) {
    const identity = { ...command.identity, payloadHash: (command.identity.payloadHash ^ 1) >>> 0 };
    this.#command = { ...command, identity };
    this.holderId = identity.holderId;
  }

  ask(): void {
    const { network, eventId } = this;
    network.register(this);
    const correlation = network.correlationFor(this);
    const mail = { correlation, eventId, reqId: 1, sessionId: 0, othersListen: false, command: this.#command };
    network.send(this, correlation, (writer) => writeMail(writer, { kind: 'command', ...mail }));
  }

  onAnswer(_: number, frame: DownFrame): void {
    assert.notEqual(frame[0], 4, '[I7] another payload was accepted under an id that is remembered');
    if (frame[0] === 5 && frame[2] === '412 idempotency_mismatch')
      this.sometimes.hit('repeat with another payload refused');
    this.network.unregister(this);
  }

  onMap(): void {}
  onSubscribed(): void {}

  onCut(): void {
    this.network.unregister(this);
  }
}
