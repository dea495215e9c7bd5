import { must } from '../src/lib/must.js';
import { downNumbers } from '../src/protocol/down.js';
import { AnswerReader } from './answers.js';
import { HoldFrame, helloFrame, myHoldsFrame, type PreparedFrame, ReleaseFrame, subscribeFrame } from './frames.js';
import { RawSocket, type RawSocketListener } from './raw-socket.js';
import type { SocketHistory } from './run-history.js';
import type { Tally } from './tally.js';

/** Decides what a lane does next. Called while answers are read: frames sent now leave with the chunk's one write. */
export interface Strategy {
  onHeld(buyer: Buyer, lane: number, nowMs: number): void;
  onReleased(buyer: Buyer, lane: number, nowMs: number): void;
  /** The command had no effect: after a refused hold the lane is free, and after a refused release its hold is gone. */
  onRefused(buyer: Buyer, lane: number, nowMs: number): void;
}

export interface BuyerOptions {
  readonly liveUrl: URL;
  readonly token: string;
  readonly eventId: string;
  /** Begins the commandIds: unlike that of any other socket of the holder. */
  readonly commandIdPrefix: string;
  /** The seats of each lane's hold: `seats[lane]`, all of one length. */
  readonly seats: readonly (readonly number[])[];
  /** Subscribe to the event, so that its deltas come too. */
  readonly watch: boolean;
  /** Is told of every frame; null: nobody wants to know. */
  readonly history: SocketHistory | null;
}

export const lanesMax = 4096;
const laneBits = 12;
/** reqIds of frames that belong to no lane. Generations are 1..2^20 − 2, so that these and 0 stay apart. */
const helloReqId = 0xffff_ffff;
const subscribeReqId = 0xffff_fffe;
const myHoldsReqId = 0xffff_fffd;
const generationMax = 2 ** (32 - laneBits) - 2;
const retryDefaultMs = 100;
/** For frames outside the lanes. */
const askTimeoutMs = 15_000;

const states = { free: 0, holding: 1, held: 2, releasing: 3 } as const;

const answer = new AnswerReader();

/**
 * One socket and its lanes. A lane has at most one command in flight and at most one hold:
 *
 *     free ──hold──► holding ──accepted──► held ──release──► releasing ──accepted──► free
 *                       └──rejected──► free                      └──rejected──► free
 *
 * A reqId is the lane (12 bits) and its generation (20 bits), so that an answer which comes twice or late is noticed.
 */
export class Buyer implements RawSocketListener {
  private readonly state: Uint8Array;
  private readonly generation: Uint32Array;
  private readonly sinceMs: Float64Array;
  private readonly holdFrames: readonly HoldFrame[];
  private readonly releaseFrames: readonly ReleaseFrame[];
  private socket: RawSocket | null = null;
  private readonly awaited = new Map<number, Awaited>();

  /** Resolves once the server has said welcome and, where asked, accepted the subscription. */
  static async open(
    options: BuyerOptions,
    tally: Tally,
    strategy: Strategy,
    onLost: (reason: string) => void,
  ): Promise<Buyer> {
    const buyer = new Buyer(options, tally, strategy, onLost);
    buyer.socket = await RawSocket.open(options.liveUrl, buyer);
    await buyer.ask(helloReqId, helloFrame(helloReqId, options.token));
    if (options.watch) await buyer.ask(subscribeReqId, subscribeFrame(subscribeReqId, options.eventId));
    return buyer;
  }

  private constructor(
    private readonly options: BuyerOptions,
    private readonly tally: Tally,
    private readonly strategy: Strategy,
    private readonly onLost: (reason: string) => void,
  ) {
    const { eventId, commandIdPrefix, seats } = options;
    if (seats.length > lanesMax) throw new RangeError(`Cannot open a buyer as it has too many lanes: ${seats.length}`);
    this.state = new Uint8Array(seats.length);
    this.generation = new Uint32Array(seats.length);
    this.sinceMs = new Float64Array(seats.length);
    const prefixOf = (kind: string, lane: number) => `${commandIdPrefix}${kind}${lane.toString(36).padStart(3, '0')}`;
    this.holdFrames = seats.map((list, lane) => new HoldFrame(eventId, prefixOf('h', lane), list));
    this.releaseFrames = seats.map((_, lane) => new ReleaseFrame(eventId, prefixOf('r', lane)));
  }

  get lanes(): number {
    return this.state.length;
  }

  /** Lanes that wait for an answer. */
  get inFlight(): number {
    let count = 0;
    for (const state of this.state) if (state === states.holding || state === states.releasing) count++;
    return count;
  }

  /** What the lane's next hold asks for. */
  setSeat(lane: number, index: number, seat: number): void {
    (this.holdFrames[lane] as HoldFrame).setSeat(index, seat);
  }

  /** `sinceMs`: from when its latency counts. */
  hold(lane: number, sinceMs: number): void {
    this.send(lane, states.free, states.holding, this.holdFrames[lane] as HoldFrame, sinceMs);
  }

  release(lane: number, sinceMs: number): void {
    this.send(lane, states.held, states.releasing, this.releaseFrames[lane] as ReleaseFrame, sinceMs);
  }

  /** Sends what was asked for outside a strategy's callbacks. */
  flush(): void {
    this.socket?.flush();
  }

  /** How many holds the server says that this holder has in the event. */
  async countHolds(): Promise<number> {
    return await this.ask(myHoldsReqId, myHoldsFrame(myHoldsReqId, this.options.eventId));
  }

  async close(): Promise<void> {
    await this.socket?.close();
  }

  onMessage(bytes: Uint8Array, start: number, end: number): void {
    this.options.history?.came(bytes.subarray(start, end), must(this.socket, 'an open socket').receivedAtMs);
    answer.read(bytes, start, end);
    const { number, reqId } = answer;
    if (number === downNumbers.accepted && reqId < myHoldsReqId) this.accepted(reqId, bytes);
    else if (number === downNumbers.rejected && !this.awaited.has(reqId)) this.rejected(reqId);
    else if (!this.settle(number, reqId)) this.tally.otherFrames++;
  }

  onClosed(reason: string): void {
    this.options.history?.closed();
    for (const one of this.awaited.values()) one.reject(new Error(`Cannot go on as a socket is lost: ${reason}`));
    this.awaited.clear();
    this.onLost(reason);
  }

  private send(lane: number, from: number, to: number, frame: HoldFrame | ReleaseFrame, sinceMs: number): void {
    const state = this.state[lane];
    if (state !== from) throw new Error(`Cannot send a command as lane ${lane} is busy: state is ${state}`);
    const generation = this.generation[lane] as number;
    const next = generation === generationMax ? 1 : generation + 1;
    this.generation[lane] = next;
    this.state[lane] = to;
    this.sinceMs[lane] = sinceMs;
    frame.setReqId(reqIdOf(lane, next));
    frame.nextCommandId();
    this.append(frame);
  }

  private accepted(reqId: number, bytes: Uint8Array): void {
    const lane = this.laneOf(reqId);
    const { receivedAtMs } = must(this.socket, 'an open socket');
    this.tally.recordLatency(receivedAtMs - (this.sinceMs[lane] as number));
    if (this.state[lane] === states.holding) {
      if (!answer.findHoldId()) throw new Error('Cannot release a hold as its answer has no holdId');
      (this.releaseFrames[lane] as ReleaseFrame).setHoldId(bytes, answer.holdIdStart, answer.holdIdEnd);
      this.state[lane] = states.held;
      this.tally.holds++;
      this.strategy.onHeld(this, lane, receivedAtMs);
    } else {
      this.state[lane] = states.free;
      this.tally.releases++;
      this.strategy.onReleased(this, lane, receivedAtMs);
    }
  }

  private rejected(reqId: number): void {
    const code = answer.readCode();
    if (reqId === 0) throw new Error(`Cannot go on as the server did not understand a frame: code is ${code}`);
    const lane = this.laneOf(reqId);
    if (code.startsWith('429') || code.startsWith('503')) {
      const retryAfterMs = answer.readRetryAfterMs();
      this.tally.repeats++;
      setTimeout(() => this.repeat(lane), retryAfterMs < 0 ? retryDefaultMs : retryAfterMs);
      return;
    }
    const { receivedAtMs } = must(this.socket, 'an open socket');
    this.tally.recordLatency(receivedAtMs - (this.sinceMs[lane] as number));
    this.tally.refuse(code);
    this.state[lane] = states.free;
    this.strategy.onRefused(this, lane, receivedAtMs);
  }

  /** Sends the lane's last command again as it stands: same ids, so that an unknown outcome is resolved. */
  private repeat(lane: number): void {
    const frames = this.state[lane] === states.holding ? this.holdFrames : this.releaseFrames;
    this.append(frames[lane] as HoldFrame | ReleaseFrame);
    this.flush();
  }

  private laneOf(reqId: number): number {
    const lane = reqId & (lanesMax - 1);
    const state = this.state[lane];
    const expected = reqIdOf(lane, this.generation[lane] ?? 0);
    if (reqId !== expected || (state !== states.holding && state !== states.releasing)) {
      throw new Error(`Cannot match an answer to a command in flight: reqId is ${reqId}`);
    }
    return lane;
  }

  /** Sends a frame outside the lanes; resolves with the number of holds that the answer lists. */
  private ask(reqId: number, frame: PreparedFrame): Promise<number> {
    return new Promise((resolve, reject) => {
      this.awaited.set(reqId, { resolve, reject });
      setTimeout(() => {
        if (this.awaited.delete(reqId)) reject(new Error(`Cannot go on without an answer: reqId is ${reqId}`));
      }, askTimeoutMs).unref();
      this.append(frame);
      this.flush();
    });
  }

  private append(frame: PreparedFrame): void {
    this.options.history?.sending(frame.payload);
    must(this.socket, 'an open socket').append(frame.bytes, frame.start, frame.end);
  }

  private settle(number: number, reqId: number): boolean {
    const awaited = this.awaited.get(reqId);
    if (awaited === undefined) return false;
    this.awaited.delete(reqId);
    if (number === downNumbers.rejected) {
      awaited.reject(new Error(`Cannot go on as the server refused: code is ${answer.readCode()}`));
    } else {
      awaited.resolve(reqId === myHoldsReqId ? answer.countHolds() : 0);
    }
    return true;
  }
}

interface Awaited {
  resolve(holds: number): void;
  reject(error: Error): void;
}

function reqIdOf(lane: number, generation: number): number {
  return generation * lanesMax + lane;
}
