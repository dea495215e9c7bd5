import type { Client } from 'pg';
import type { Clock } from '../../lib/clock.js';
import type { Timers } from '../../lib/timers.js';
import { addressOf } from './address.js';
import { type Answer, knock } from './guard.js';
import { pauseAwake } from './pause-awake.js';
import { readPostmasterFile } from './postmaster.js';

export interface ReachOptions {
  readonly dataFolder: string;
  readonly password: string;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Whether it is worth going on: the server's process lives. */
  readonly goOn: () => boolean;
}

const knockEveryMs = 10;

/** A server that is there but mute for this long hangs. Recovery may take longer: then it says so. */
const silenceMaxMs = 20_000;

/** Connects to the server as soon as it answers; null when it never will. */
export async function reach({ dataFolder, password, clock, timers, goOn }: ReachOptions): Promise<Client | null> {
  let giveUpAtMs = clock.monotonicMs() + silenceMaxMs;
  for (;;) {
    const answer = await tryOnce(dataFolder, password);
    if (answer.kind === 'open') return answer.client;
    if (answer.kind === 'wait') giveUpAtMs = clock.monotonicMs() + silenceMaxMs;
    else if (!goOn() || clock.monotonicMs() >= giveUpAtMs) return null;
    await pauseAwake(timers, knockEveryMs);
  }
}

function tryOnce(dataFolder: string, password: string): Promise<Answer> | Answer {
  const file = readPostmasterFile(dataFolder);
  const address = file === null ? null : addressOf(file);
  return address === null ? { kind: 'silent' } : knock(address, password);
}
