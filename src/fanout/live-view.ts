import type { MakeView, View } from '../actor/view.js';
import type { Timer, Timers } from '../lib/timers.js';
import type { AreaCounts, DeltaFrame, SnapshotFrame } from '../protocol/down.js';
import { coalesceDelayMs } from './coalescing.js';
import { deltaSeatsMax, EventView } from './event-view.js';

/** Where published frames go, and how many wait for them. */
export interface Stage {
  watchersOf(eventId: string): number;
  publish(eventId: string, frame: DeltaFrame | SnapshotFrame): void;
}

/** An event's view that publishes by itself: changes gather for a while, then leave as one delta. */
class LiveView extends EventView implements View {
  #timer: Timer | null = null;

  constructor(
    eventId: string,
    states: Uint8Array,
    areas: readonly AreaCounts[],
    seq: number,
    windowFromSeq: number,
    private readonly stage: Stage,
    private readonly timers: Timers,
  ) {
    super(eventId, states, areas, seq, windowFromSeq);
  }

  recovered(): void {
    // Whoever watched the activation before this one goes on from a fresh snapshot.
    if (this.stage.watchersOf(this.eventId) > 0) this.stage.publish(this.eventId, this.snapshot());
  }

  committed(): void {
    if (this.#timer !== null) return;
    this.#timer = this.timers.after(coalesceDelayMs(this.stage.watchersOf(this.eventId)), () => this.publishNow());
  }

  publishNow(): void {
    this.#timer?.cancel();
    this.#timer = null;
    const delta = this.publish();
    if (delta === null || this.stage.watchersOf(this.eventId) === 0) return;
    // Where most of a large hall changed at once, the whole map is shorter than the list of what changed.
    this.stage.publish(this.eventId, delta[5].length > deltaSeatsMax * 2 ? this.snapshot() : delta);
  }

  close(): void {
    this.#timer?.cancel();
  }
}

export function liveViews(stage: Stage, timers: Timers): MakeView {
  return (eventId, states, areas, seq, windowFromSeq) =>
    new LiveView(eventId, states, areas, seq, windowFromSeq, stage, timers);
}
