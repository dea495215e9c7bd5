import assert from 'node:assert/strict';
import type { Entry } from '../journal/entry.js';
import { must } from '../lib/must.js';
import type { DownFrame, HoldBody } from '../protocol/down.js';
import type { Command, Identity } from '../seatmap/command.js';
import { bookingIdOf, holdIdOf } from '../seatmap/ids.js';
import type { SeatMap } from '../seatmap/seat-map.js';
import { seatStates } from '../seatmap/seat-state.js';
import { writeMail } from '../shard/requests.js';
import { type History, type Operation, record } from './history.js';
import type { Receiver } from './connection.js';
import type { Network } from './network.js';
import type { World } from './world.js';

const answerTimeoutMs = 5_000;
const retryMs = 300;
const seat = 0;
export const freshHolder = 'fresh';

/**
 * After all faults have ended, somebody buys a seat that an operator has freed first, whatever had become of it: the event has
 * an owner again, and it sells.
 */
export class FreshSale implements Receiver {
  readonly holderId = freshHolder;
  readonly resumes = false;
  holdId = '';
  #steps: ((identity: Identity) => Command)[] = [];
  #commands = 0;
  #correlation = -1;
  done = false;

  constructor(
    private readonly world: World,
    private readonly network: Network,
    private readonly history: History,
    readonly eventId: string,
    readonly place = must(network.places()[0], 'a place where somebody listens'),
    /** Tells this sale's commands apart from those of others. */
    private readonly name = 'fresh',
  ) {
    network.register(this);
  }

  /** @param entries the journal, of which `map` is the end */
  begin(entries: readonly Entry[], map: SeatMap): void {
    this.#steps = [
      ...freeing(entries, map),
      (identity) => ({ kind: 'hold', identity, seats: [seat] }),
      (identity) => ({
        kind: 'confirm',
        identity,
        holdId: this.holdId,
        orderRef: 'fresh',
        by: map.configuration.confirmBy,
      }),
    ];
    this.#next();
  }

  onAnswer(correlation: number, frame: DownFrame): void {
    if (correlation !== this.#correlation) return;
    this.#correlation = -1;
    const { operation, askedMs } = must(this.#asked, 'a command');
    if (!record(operation, frame, askedMs, this.world.nowMs)) {
      this.world.after(retryMs, () => this.#ask(operation));
      return;
    }
    const { kind } = operation.command;
    if (kind === 'hold' || kind === 'confirm') {
      assert.equal(frame[0], 4, `after all faults ended, a fresh ${kind} was refused: ${JSON.stringify(frame)}`);
      if (kind === 'hold') this.holdId = (frame[3] as HoldBody).holdId;
    }
    this.#next();
  }

  onMap(): void {}
  onSubscribed(): void {}
  onCut(): void {}

  #asked: { readonly operation: Operation; readonly askedMs: number } | null = null;

  #next(): void {
    const step = this.#steps.shift();
    if (step === undefined) {
      this.done = true;
      return;
    }
    this.#commands += 1;
    const command = step({
      holderId: this.holderId,
      commandId: `${this.name}-${this.#commands}`,
      payloadHash: this.#commands,
    });
    this.#ask(this.history.begin(command, this.world.nowMs));
  }

  #ask(operation: Operation): void {
    const correlation = this.network.correlationFor(this, operation);
    const { eventId } = this;
    const { command } = operation;
    this.#correlation = correlation;
    this.#asked = { operation, askedMs: this.world.nowMs };
    const mail = { correlation, eventId, reqId: 1, sessionId: 0, othersListen: false, command };
    this.network.send(this, correlation, (writer) => writeMail(writer, { kind: 'command', ...mail }));
    this.world.after(answerTimeoutMs, () => {
      if (this.#correlation === correlation) this.#ask(operation);
    });
  }
}

/** What an operator does so that the seat is free; it may have become free by then. */
function freeing(entries: readonly Entry[], map: SeatMap): ((identity: Identity) => Command)[] {
  const reason = 'fresh';
  const state = map.states[seat];
  if (state === seatStates.blocked)
    return [(identity) => ({ kind: 'unblock', identity, seats: [seat], places: null, reason })];
  if (state === seatStates.held) {
    const { epoch, seq } = lastOf(entries, 'SeatsHeld');
    return [(identity) => ({ kind: 'revoke', identity, holdId: holdIdOf(epoch, seq), reason })];
  }
  if (state === seatStates.booked) {
    const { epoch, seq } = lastOf(entries, 'BookingConfirmed');
    return [(identity) => ({ kind: 'cancel', identity, bookingId: bookingIdOf(epoch, seq), reason })];
  }
  return [];
}

function lastOf(entries: readonly Entry[], kind: 'SeatsHeld' | 'BookingConfirmed'): Entry {
  const found = entries.findLast(({ change }) => change.kind === kind && change.seats.includes(seat));
  return must(found, `the ${kind} of a seat`);
}
