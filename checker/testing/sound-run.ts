import { EventView } from '../../src/fanout/event-view.js';
import { SeatMapModel } from '../../src/client/seat-map-model.js';
import { EventBatch } from '../../src/journal/batch.js';
import { must } from '../../src/lib/must.js';
import type { HoldBody, SnapshotFrame, DeltaFrame } from '../../src/protocol/down.js';
import { acceptedBody, holdsOf } from '../../src/seatmap/answer.js';
import { apply, openSeatMap } from '../../src/seatmap/apply.js';
import type { Change } from '../../src/seatmap/change.js';
import type { Command as CoreCommand } from '../../src/seatmap/command.js';
import type { EventConfiguration } from '../../src/seatmap/configuration.js';
import { decide } from '../../src/seatmap/decide.js';
import { holderFrame } from '../../src/seatmap/holder-frame.js';
import { nextDeadlineMs, nextExpiry } from '../../src/seatmap/next-expiry.js';
import type { SeatMap } from '../../src/seatmap/seat-map.js';
import { openedAtMs } from '../../src/seatmap/testing/hall.js';
import {
  type Command,
  type CommandOp,
  type Inputs,
  keyOf,
  type Op,
  type Operation,
  type Output,
  type Position,
} from '../history.js';
import type { JournalRow } from '../journal-decoder.js';
import type { BookedSeatRow, BookingRow, EventTables } from '../rules/tables.js';
import { coreCommand } from './core-command.js';
import type { Draw } from './draw.js';

/** The clients' clock against actor time: nobody may rely on them being the same. */
const clockOffsetMs = -987_654.25;

interface Watcher {
  readonly process: number;
  readonly client: string;
  readonly model: SeatMapModel;
}

interface Sent {
  readonly command: Command;
  readonly core: CoreCommand;
}

/**
 * An event as a server without fault runs it, on the real core, and clients that write down what they did and saw. The order
 * of decisions is that of the steps; calls lie before them and answers after them, so that commands overlap.
 */
export class SoundRun {
  readonly eventId = 'event-1';
  readonly map: SeatMap;
  readonly changes: Change[] = [];
  readonly rows: JournalRow[] = [];
  readonly operations: Operation[] = [];
  readonly #bookings = new Map<number, BookingRow>();
  #epoch = 1;
  #nowMs = openedAtMs;
  #batch: EventBatch;
  readonly #view: EventView;
  readonly #watchers: Watcher[];
  readonly #holdIds: string[] = [];
  /** By hold. */
  readonly #holders = new Map<string, string>();
  readonly #bookingIds: string[] = [];
  /** Without a definite answer, to be sent again. */
  readonly #open: Sent[] = [];
  /** What each accepted command asked for, and the change that it made. */
  readonly #accepted = new Map<string, { readonly payload: string; readonly seq: number }>();
  #underWay: { readonly command: Command; readonly output: Output; readonly returnedMs: number }[] = [];
  #commands = 0;

  constructor(
    private readonly draw: Draw,
    configuration: EventConfiguration,
    private readonly clients: readonly string[] = ['ann', 'bob', 'cid'],
  ) {
    const opened: Change = { kind: 'EventOpened', atMs: this.#nowMs, configuration };
    this.map = openSeatMap(opened, this.#epoch);
    this.#batch = new EventBatch(this.eventId, this.#epoch, 1, configuration.currency);
    this.#batch.add(opened);
    this.changes.push(opened);
    this.#seal();
    this.#epoch = 2;
    this.#batch = new EventBatch(this.eventId, this.#epoch, 2, configuration.currency);
    this.#view = new EventView(this.eventId, this.map.states, this.map.areas.all(), 1, 1);
    this.#view.recall(opened, 1, 1);
    this.#watchers = clients.map((client, process) => ({ process, client, model: new SeatMapModel() }));
    for (const watcher of this.#watchers) this.#subscribe(watcher);
  }

  /** One step of the story. */
  step(): void {
    this.#nowMs += this.draw(40);
    this.#endDue();
    const what = this.draw(40);
    if (what < 22) this.#ask();
    else if (what < 25) this.#askAgain();
    else if (what < 29) this.#operate();
    else if (what < 31) this.#readHolds();
    else if (what < 35) this.#publish();
    else if (what < 36) this.#subscribe(this.#anyWatcher());
    else if (what < 38) this.#show(this.#anyWatcher(), false);
    else if (what < 39) this.#nowMs += this.draw(1_200);
    else this.#takeOver(this.draw(2) === 0);
  }

  /** Everything comes to rest, and every map catches up. */
  finish(): void {
    this.#endDue();
    this.#seal();
    this.#publish();
    for (const watcher of this.#watchers) this.#show(watcher, true);
  }

  tables(): EventTables {
    const bookings = [...this.#bookings.values()];
    const bookedSeats = bookings.flatMap(({ bookingSeq, seats, cancelledAtMs }) =>
      seats.map((seat): BookedSeatRow => ({ seat, bookingSeq, cancelled: cancelledAtMs !== null })),
    );
    const deadlineMs = nextDeadlineMs(this.map);
    const nextMs = deadlineMs === Number.POSITIVE_INFINITY ? null : deadlineMs;
    return { head: { epoch: this.#epoch, seq: this.map.seq, nextDeadlineMs: nextMs }, bookings, bookedSeats };
  }

  // ── the server ──

  #endDue(): void {
    for (let due = nextExpiry(this.map, this.#nowMs); due !== null; due = nextExpiry(this.map, this.#nowMs)) {
      this.#record(due);
    }
  }

  #record(change: Change): void {
    apply(this.map, change, this.#epoch);
    this.changes.push(change);
    this.#batch.add(change);
    this.#view.commit(change, this.#epoch, this.map.seq);
    const { seq } = this.map;
    const told = holderFrame(this.eventId, this.#epoch, seq, change, this.map, this.#nowMs);
    if (told !== null && this.draw(2) === 0) {
      const watcher = this.#watchers.find(({ client }) => client === told.holderId);
      // From a process of its own, that shows no map: another tab.
      if (watcher !== undefined) this.#tellOtherTab(watcher, told.frame);
    }
    if (this.draw(4) === 0) this.#seal();
  }

  #tellOtherTab({ client, process }: Watcher, frame: NonNullable<ReturnType<typeof holderFrame>>['frame']): void {
    const [, , position] = frame;
    const body =
      frame[0] === 9
        ? frame[3]
        : { holdId: frame[3], reason: frame[4], seats: frame[5], area: frame[6], quantity: frame[7] };
    this.#saw(frame[0] === 9 ? 'holdChanged' : 'holdEnded', { process: process + 100, client }, {}, position, body);
  }

  #seal(): void {
    if (this.#batch.count === 0) return;
    const deadlineMs = nextDeadlineMs(this.map);
    const sealed = this.#batch.seal(deadlineMs === Number.POSITIVE_INFINITY ? null : deadlineMs);
    this.rows.push(sealed);
    for (const row of sealed.bookings) this.#bookings.set(row.bookingSeq, { ...row, epoch: sealed.epoch });
    for (const { bookingSeq, cancelledAtMs } of sealed.cancellations) {
      this.#bookings.set(bookingSeq, { ...must(this.#bookings.get(bookingSeq), 'a booking'), cancelledAtMs });
    }
    this.#batch.reset(this.map.seq + 1);
  }

  #takeOver(isPlanned: boolean): void {
    this.#seal();
    this.#epoch += 1 + this.draw(2);
    this.#batch = new EventBatch(this.eventId, this.#epoch, this.map.seq + 1, this.map.configuration.currency);
    if (isPlanned) return;
    this.#nowMs += this.draw(1_500);
    this.#record({ kind: 'DeadlinesRaised', atMs: this.#nowMs, untilMs: this.#nowMs + 300 });
  }

  // ── the clients ──

  get #clockMs(): number {
    return this.#nowMs + clockOffsetMs;
  }

  #anyClient(): string {
    return must(this.clients[this.draw(this.clients.length)], 'a client');
  }

  #anyWatcher(): Watcher {
    return must(this.#watchers[this.draw(this.#watchers.length)], 'a watcher');
  }

  #anyOf(ids: readonly string[]): string {
    // Recent ones more often: they are likely to be live.
    const back = this.draw(4) === 0 ? this.draw(ids.length + 1) : this.draw(5);
    return ids.at(-1 - back) ?? 'H1-zz';
  }

  #someSeats(): number[] {
    const { seatCount } = this.map.configuration;
    const first = this.draw(seatCount);
    const seats = Array.from({ length: 1 + this.draw(3) }, (_, index) => (first + index) % seatCount);
    return this.draw(30) === 0 ? [...seats, seatCount + 7] : seats;
  }

  #ask(): void {
    const ops: readonly CommandOp[] = ['hold', 'hold', 'hold', 'holdBest', 'holdArea', 'extend', 'release', 'confirm'];
    const op = must(ops[this.draw(ops.length)], 'an op');
    // Now and then a client errs, and uses an id again for another wish.
    if (this.draw(40) > 0) this.#commands += 1;
    const commandId = `command-${this.#commands}`;
    const input = this.#inputOf(op, commandId);
    const holder = 'holdId' in input && this.draw(5) > 0 ? this.#holders.get(input.holdId) : undefined;
    this.#send(this.#make(op, input, holder ?? this.#anyClient()), this.draw(8) === 0 ? 'unknown' : 'answered');
  }

  /** The command as the client writes it down, and as the core takes it. */
  #make(op: CommandOp, input: Inputs[CommandOp], client: string): Sent {
    const command = {
      process: 0,
      client,
      op,
      eventId: this.eventId,
      input,
      call: 0,
      return: null,
    } as unknown as Command;
    return { command, core: coreCommand(op, input, client) };
  }

  #inputOf(op: CommandOp, commandId: string): Inputs[CommandOp] {
    const holdId = this.#anyOf(this.#holdIds);
    switch (op) {
      case 'hold':
        return { commandId, seats: this.#someSeats() };
      case 'holdBest':
        return { commandId, quantity: 1 + this.draw(3), together: this.draw(2) === 0 };
      case 'holdArea':
        return { commandId, area: this.draw(9) === 0 ? 'nowhere' : 'floor', quantity: 1 + this.draw(4) };
      case 'extend':
        return { commandId, holdId };
      case 'release': {
        const had = this.map.claims.find(Number.parseInt(holdId.split('-')[1] ?? '', 36));
        const seats = had >= 0 && this.map.claims.isHold(had) ? this.map.claims.seatsOf(had) : [this.draw(12)];
        const kind = this.draw(4);
        if (kind === 0 && seats.length > 0) return { commandId, holdId, seats: seats.slice(0, 1) };
        if (kind === 1) return { commandId, holdId, seats: null, quantity: 1 + this.draw(3) };
        return kind === 2 ? { commandId, holdId, seats: [this.draw(12)] } : { commandId, holdId, seats: null };
      }
      case 'confirm':
        return { commandId, holdId, orderRef: `order of ${commandId}` };
    }
  }

  #askAgain(): void {
    const index = this.draw(Math.max(1, this.#open.length));
    const [sent] = this.#open.splice(index, 1);
    if (sent !== undefined) this.#send(sent, this.draw(3) === 0 ? 'unknown' : 'answered');
  }

  /** Decided now: called a while ago, answered in a while. */
  #send(sent: Sent, outcome: 'answered' | 'unknown'): void {
    const calledMs = this.#clockMs - this.draw(60);
    const waitMs = this.draw(60);
    const isLost = outcome === 'unknown' && this.draw(2) === 0;
    const output = isLost ? ({ unknown: true } as const) : this.#decide(sent);
    // An answer may come in after what is decided next.
    const returnedMs = this.#clockMs + waitMs;
    this.operations.push({
      ...sent.command,
      process: this.clients.indexOf(sent.command.client),
      call: calledMs,
      return: outcome === 'unknown' ? null : returnedMs,
      output: outcome === 'unknown' ? { unknown: true } : output,
    });
    if (outcome === 'unknown') this.#open.push(sent);
    else this.#underWay.push({ command: sent.command, output, returnedMs });
  }

  #decide({ command, core }: Sent): Output {
    const key = keyOf(core.identity.holderId, core.identity.commandId);
    const payload = JSON.stringify([command.op, command.input]);
    const known = this.#accepted.get(key);
    if (known !== undefined) {
      if (known.payload === payload) return this.#answerOf(known.seq);
      return { refused: { code: 'idempotency_mismatch', details: {} } };
    }
    const decision = decide(this.map, core, this.#nowMs);
    if (decision.kind === 'already') return this.#answerOf(decision.seq);
    if (decision.kind === 'rejected') {
      const { code, message: _, ...details } = decision.rejection;
      return { refused: { code, details } };
    }
    this.#record(decision.change);
    this.#accepted.set(key, { payload, seq: this.map.seq });
    const answer = this.#answerOf(this.map.seq);
    const { holdId, bookingId } = answer.ok.body as { holdId?: string; bookingId?: string };
    if (holdId !== undefined && !this.#holders.has(holdId)) {
      this.#holdIds.push(holdId);
      this.#holders.set(holdId, core.identity.holderId);
    }
    if (bookingId !== undefined) this.#bookingIds.push(bookingId);
    return answer;
  }

  #answerOf(seq: number): { ok: { position: Position; body: unknown } } {
    const change = must(this.changes[seq - 1], 'a change');
    const epoch = this.map.epochOf(seq);
    return { ok: { position: [epoch, seq], body: acceptedBody(change, epoch, seq, this.map, this.#nowMs) } };
  }

  /** Answers come in. */
  #deliver(): void {
    const [arrived, others] = [true, false].map((isIn) =>
      this.#underWay.filter(({ returnedMs }) => returnedMs <= this.#clockMs === isIn),
    );
    this.#underWay = others ?? [];
    for (const { command, output } of arrived ?? []) this.#tellModel(command, output);
  }

  /** A hold that the client did not know is laid over its map, as the SDK does it. An extension changes nothing there. */
  #tellModel({ client, op }: Command, output: Output): void {
    const model = this.#watchers.find((one) => one.client === client)?.model;
    if (model === undefined || !('ok' in output) || op === 'release' || op === 'confirm') return;
    const { holdId, seats, expiresInMs } = output.ok.body as HoldBody;
    if (expiresInMs === 0 || model.ownHolds.some((hold) => hold.holdId === holdId)) return;
    model.applyHold(output.ok.position[1], { holdId, seats, expiresAtMs: this.#clockMs + expiresInMs });
  }

  #operate(): void {
    const identity = { holderId: 'operator', commandId: `operator-${this.changes.length}`, payloadHash: 0 };
    const reason = 'why';
    const seats = this.#someSeats();
    const holdId = this.#anyOf(this.#holdIds);
    const bookingId = this.#anyOf(this.#bookingIds);
    const places = this.draw(2) === 0 ? { area: 'floor', quantity: 1 } : null;
    const commands: readonly CoreCommand[] = [
      { kind: 'block', identity, seats: places === null ? seats : [], places, reason },
      { kind: 'unblock', identity, seats: places === null ? seats : [], places, reason },
      { kind: 'revoke', identity, holdId, reason },
      { kind: 'cancel', identity, bookingId, reason },
      { kind: 'cancel', identity, bookingId, reason },
    ];
    const decision = decide(this.map, must(commands[this.draw(commands.length)], 'a command'), this.#nowMs);
    if (decision.kind === 'accepted') this.#record(decision.change);
  }

  #readHolds(): void {
    const client = this.#anyClient();
    this.operations.push({
      process: 200,
      client,
      op: 'myHolds',
      eventId: this.eventId,
      input: {},
      call: this.#clockMs - this.draw(30),
      return: this.#clockMs + this.draw(30),
      output: { ok: { position: this.#position(), body: holdsOf(this.map, client, this.#nowMs) } },
    });
  }

  /** Of the newest change. */
  #position(): Position {
    return [this.map.epochOf(this.map.seq), this.map.seq];
  }

  // ── the watchers ──

  #publish(): void {
    const delta = this.#view.publish();
    if (delta !== null) for (const watcher of this.#watchers) this.#takeDelta(watcher, delta);
  }

  #subscribe(watcher: Watcher): void {
    const known = this.draw(2) === 0 ? watcher.model.position : null;
    const position = this.#view.position;
    this.#saw('subscribe', watcher, { position: known }, position, {});
    const resumed = known === null ? null : this.#view.resume(known);
    if (resumed === null) this.#takeSnapshot(watcher, this.#view.snapshot());
    else this.#takeDelta(watcher, resumed);
  }

  #takeSnapshot(watcher: Watcher, [, , position, seatCount, states, areas]: SnapshotFrame): void {
    watcher.model.applySnapshot(position, seatCount, states, areas);
    const body = { seatCount, states: Buffer.from(states).toString('base64'), areas };
    this.#saw('snapshot', watcher, {}, position, body);
  }

  #takeDelta(watcher: Watcher, [, , epoch, fromSeq, toSeq, seats, areas]: DeltaFrame): void {
    must(watcher.model.applyDelta(epoch, fromSeq, toSeq, seats, areas), 'a delta that follows');
    this.#saw('delta', watcher, {}, [epoch, toSeq], { fromSeq, seats, areas });
  }

  #show(watcher: Watcher, final: boolean): void {
    this.#deliver();
    const { model } = watcher;
    const position = must(model.position, 'a position');
    const states = Buffer.alloc(Math.ceil(model.seatCount / 4));
    for (let seat = 0; seat < model.seatCount; seat += 1) {
      const state = ['free', 'held', 'booked', 'blocked'].indexOf(model.state(seat));
      states[seat >> 2] = (states[seat >> 2] ?? 0) | (state << (2 * (seat & 3)));
    }
    this.#saw('map', watcher, final ? { final } : {}, position, { states: states.toString('base64') });
  }

  #saw(op: Op, watcher: Omit<Watcher, 'model'>, input: object, position: Position, body: unknown): void {
    const { process, client } = watcher;
    const nowMs = this.#clockMs;
    const output = { ok: { position, body } };
    const seen = { process, client, op, eventId: this.eventId, input, call: nowMs, return: nowMs, output };
    this.operations.push(seen as unknown as Operation);
  }
}
