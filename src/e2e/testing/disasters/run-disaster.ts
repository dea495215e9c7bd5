import { must } from '../../../lib/must.js';
import { systemClock } from '../../../lib/clock.js';
import { systemTimers } from '../../../lib/timers.js';
import type { Disaster, Scene } from './disaster.js';
import { Evening } from './evening.js';
import type { Fleet } from './fleet.js';

const commandsBefore = 60;
const commandsAfter = 60;
/** Everything heals by itself within this, or the run says what does not. */
const disasterMaxMs = 120_000;

/** What a disaster was like for buyers. Times are told, not asserted: they are the machine's as much as ours. */
export interface DisasterReport {
  /** From each blow until every event was sold again by those that were left, as far as that was waited for. */
  readonly meanwhileMs: readonly number[];
  /** From when all was whole again until every node served every event. */
  readonly servedAgainMs: number;
  /** The longest that a buyer waited for the outcome of a command. */
  readonly slowestMs: number;
  readonly acceptedCount: number;
}

/**
 * Opens three events at a fleet in order, lets the disaster strike one node under load, and ends when every event is served again
 * through every node, and judged.
 * @throws Error with what does not heal, or what the judgement found
 */
export async function runDisaster(disaster: Disaster, fleet: Fleet, struckPlace: number): Promise<DisasterReport> {
  const struck = must(fleet.nodes[struckPlace % fleet.nodes.length], 'a node');
  const evening = await Evening.open(fleet);
  const meanwhileMs: number[] = [];
  let sinceMs = 0;
  const scene: Scene = {
    fleet,
    evening,
    struck,
    others: fleet.nodes.filter((node) => node !== struck),
    meanwhile: async (nodes) => {
      await evening.isSoldFrom(nodes);
      meanwhileMs.push(systemClock.monotonicMs() - sinceMs);
      sinceMs = systemClock.monotonicMs();
    },
  };
  const report = async (): Promise<DisasterReport> => {
    await evening.isServedAt(fleet.nodes);
    await evening.sells(commandsBefore);
    sinceMs = systemClock.monotonicMs();
    await disaster.strike(scene);
    const wholeMs = systemClock.monotonicMs();
    await evening.isServedAt(fleet.nodes);
    const servedAgainMs = systemClock.monotonicMs() - wholeMs;
    await evening.sells(commandsAfter);
    await disaster.afterwards?.(scene);
    await fleet.redis.whole();
    await evening.close();
    return { meanwhileMs, servedAgainMs, slowestMs: evening.slowestMs, acceptedCount: evening.acceptedCount };
  };
  return within(report(), () => evening.whatIsMissing());
}

async function within<T>(happens: Promise<T>, whatIsMissing: () => Promise<string>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = systemTimers.after(disasterMaxMs, () => {
      void whatIsMissing().then((missing) =>
        reject(new Error(`Cannot go on as not everything is served again after ${disasterMaxMs} ms:\n${missing}`)),
      );
    });
    happens.then(resolve, reject).finally(() => timer.cancel());
  });
}
