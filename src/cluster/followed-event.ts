import type { Correlation, WatchRequest } from '../actor/mail.js';
import { rejectedFrame, unavailable } from '../actor/refusals.js';
import { FollowedView } from '../fanout/followed-view.js';
import { deltaSeatsMax } from '../fanout/event-view.js';
import { isPlanted } from '../lib/planted.js';
import type { DeltaFrame, DownFrame, SnapshotFrame } from '../protocol/down.js';
import { decodeMsgpack, encodeMsgpack } from '../protocol/msgpack.js';
import { readDown } from '../protocol/read-down.js';
import type { Position } from '../protocol/up.js';
import type { ShardListener } from '../shard/port.js';

/** Deltas that came before the map that they follow. More than these: the map is asked for again anyway. */
const earlyDeltasMax = 256;
/** How long the owner is waited for before it is asked again. */
const askAgainMs = 1_000;

/** What a followed event needs of its surroundings. */
export interface FollowedEventPorts {
  readonly listener: Pick<ShardListener, 'onSubscribed' | 'onPublish' | 'onSnapshot'>;
  /** Asks the owner for what came after the position; null: for the whole map. */
  ask(eventId: string, position: Position | null): void;
}

/**
 * An event of another node that sockets of this one watch.
 *
 *     asked ── followed: map, or deltas after ours ──► following ── each delta fits ──► following
 *       ▲                                                  │
 *       └──────── a gap, another owner, the carrier was down ┘      meanwhile deltas that come early are kept
 *
 * This node's sockets see one order all the time: what the map misses reaches them as a delta from where they are.
 */
export class FollowedEvent {
  #view: FollowedView | null = null;
  #askedMs: number | null = null;
  #early: { readonly frame: SnapshotFrame | DeltaFrame; readonly bytes: Uint8Array }[] = [];
  /** There are sockets with a map of their own already: the first map that comes replaces it. */
  expectsSockets = false;
  /** Sockets that subscribed before there was a map. */
  readonly #waiting: WatchRequest[] = [];

  constructor(
    readonly eventId: string,
    private readonly ports: FollowedEventPorts,
  ) {}

  get position(): Position | null {
    return this.#view?.position ?? null;
  }

  get isFollowing(): boolean {
    return this.#askedMs === null && this.#view !== null;
  }

  /** Sockets that wait for the first map. */
  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Asks the owner, whoever it is now. */
  ask(nowMs: number): void {
    this.#askedMs = nowMs;
    this.ports.ask(this.eventId, this.position);
  }

  tick(nowMs: number): void {
    if (this.#askedMs !== null && nowMs - this.#askedMs >= askAgainMs) this.ask(nowMs);
  }

  watch(request: WatchRequest): void {
    if (this.#view === null) this.#waiting.push(request);
    else this.#subscribe(request, this.#view);
  }

  /** Returns whether there is a map to answer with. */
  snapshot(correlation: Correlation): boolean {
    if (this.#view === null) return false;
    this.ports.listener.onSnapshot(correlation, bytesOf(this.#view.snapshot()));
    return true;
  }

  /** The owner's answer: frame 4 and a map, or frame 5 alone. */
  onFollowed(frames: readonly Uint8Array[]): void {
    const [first, map] = frames.map(frameOf);
    const mapBytes = frames[1];
    if (first?.[0] === 5) this.#refuse(frames[0] as Uint8Array);
    if (mapBytes === undefined || (map?.[0] !== 2 && map?.[0] !== 3)) return;
    this.#askedMs = null;
    this.#take(map, mapBytes);
    const early = this.#early;
    this.#early = [];
    for (const { frame, bytes } of early) if (this.isFollowing) this.#take(frame, bytes);
    this.#admitWaiting();
  }

  /** What the owner has published. */
  onPublished(bytes: Uint8Array, nowMs: number): void {
    const frame = frameOf(bytes);
    if (frame?.[0] !== 2 && frame?.[0] !== 3) return;
    if (!this.isFollowing) {
      if (this.#early.length < earlyDeltasMax) this.#early.push({ frame, bytes });
      return;
    }
    this.#take(frame, bytes);
    if (!this.isFollowing) this.ask(nowMs);
  }

  /** This node has the event now, or nobody watches it any more: whoever still waits for a map is for the caller. */
  end(): readonly WatchRequest[] {
    return this.#waiting.splice(0);
  }

  #take(frame: SnapshotFrame | DeltaFrame, bytes: Uint8Array): void {
    const view = this.#view;
    if (frame[0] === 2) this.#takeMap(frame, bytes);
    else if (view?.follows(frame) === true) {
      if (frame[4] === view.position[1]) return;
      view.apply(frame);
      this.ports.listener.onPublish(this.eventId, bytes);
    } else if (view === null || frame[4] > view.position[1]) this.#askedMs = Number.NEGATIVE_INFINITY;
  }

  #takeMap(frame: SnapshotFrame, bytes: Uint8Array): void {
    const view = this.#view;
    if (view !== null && frame[2][1] <= view.position[1]) return;
    if (view === null) {
      this.#view = new FollowedView(frame);
      if (this.expectsSockets && !isPlanted('first-map-kept-from-sockets'))
        this.ports.listener.onPublish(this.eventId, bytes);
      return;
    }
    const delta = view.replace(frame);
    if (isPlanted('mended-gap-kept-from-sockets')) return;
    const isShort = delta[5].length <= deltaSeatsMax * 2;
    this.ports.listener.onPublish(this.eventId, isShort ? bytesOf(delta) : bytes);
  }

  #admitWaiting(): void {
    const view = this.#view;
    if (view !== null) for (const request of this.#waiting.splice(0)) this.#subscribe(request, view);
  }

  #subscribe({ correlation, reqId, position }: WatchRequest, view: FollowedView): void {
    const resumed = position === null ? null : view.resume(position);
    const frames = [bytesOf([4, reqId, view.position, {}]), bytesOf(resumed ?? view.snapshot())];
    this.ports.listener.onSubscribed(correlation, true, frames);
  }

  /** The owner says that there is no such event, or cannot serve it now. */
  #refuse(bytes: Uint8Array): void {
    const frame = frameOf(bytes);
    for (const { correlation, reqId } of this.#waiting.splice(0)) {
      const [, , code, message, details] = frame?.[0] === 5 ? frame : rejectedFrame(reqId, unavailable);
      this.ports.listener.onSubscribed(correlation, false, [bytesOf([5, reqId, code, message, details])]);
    }
  }
}

function frameOf(bytes: Uint8Array): DownFrame | null {
  try {
    return readDown(decodeMsgpack(bytes));
  } catch {
    return null;
  }
}

/** A copy: the encoder uses its bytes again. */
function bytesOf(frame: DownFrame): Uint8Array {
  return encodeMsgpack(frame).slice();
}
