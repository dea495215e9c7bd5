import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { Clock } from '../../lib/clock.js';
import { must } from '../../lib/must.js';
import type { Timer, Timers } from '../../lib/timers.js';
import { UsageError } from '../../lib/usage-error.js';
import type { Log } from '../../observability/log.js';
import type { Account } from './account.js';
import { type Address, addressOf, addressSettings, chooseAddress } from './address.js';
import type { Binaries } from './binaries.js';
import { type Guard, takeGuard } from './guard.js';
import { hasEnded, launch } from './launch.js';
import { LogFile } from './log-file.js';
import { endPostmaster, isPostmasterOf, markStale, readPostmasterFile, removeUnfinishedFile } from './postmaster.js';
import { pauseAwake } from './pause-awake.js';
import { reach } from './reach.js';
import { settings } from './settings.js';

export interface SupervisorOptions {
  readonly folder: string;
  readonly dataFolder: string;
  readonly account: Account | null;
  readonly binaries: Binaries;
  readonly password: string;
  /** 0: a socket, or any free port. */
  readonly port: number;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

/** The server ended before it answered. */
class LaunchFailed extends Error {
  override readonly name = 'LaunchFailed';
}

/** A server whose predecessor was killed waits for its last children to end, which takes a moment. */
const startAttemptsMax = 5;

const backOffMinMs = 100;
const backOffMaxMs = 5000;
/** A server that ran for this long is started again at once. */
const goodRunMs = 60_000;

const lookAtLogEveryMs = 30_000;

/**
 * Keeps a server running on the data folder.
 *
 *     start ──► establish ──► guarded ──(guard lost)──► back-off ──► establish ──► guarded …
 *                                │                          │            │
 *                                └──────────────── stop ────┴────────────┘
 *
 * `establish` is the same at the first start and after a loss: take over the server that is there, else launch one. It
 * makes no difference whether that server is our child. The address is chosen once and never changes, as others hold it.
 */
export class Supervisor {
  private address: Address | null = null;
  private pid: number | null = null;
  private supervision: Promise<void> = Promise.resolve();
  private stopped: Promise<void> | null = null;
  private readonly stopAsked = new Signal();
  private readonly logFile: LogFile;
  private logTimer: Timer | null = null;
  /** Tells a server of ours from one that other settings or another version started. */
  private readonly generation: string;

  constructor(private readonly options: SupervisorOptions) {
    const { folder, binaries, port } = options;
    this.logFile = new LogFile(join(folder, 'postgres.log'));
    this.generation = createHash('sha256')
      .update(JSON.stringify([binaries, settings, port]))
      .digest('hex');
  }

  /** @throws UsageError */
  async start(): Promise<Address> {
    const guard = await this.establishPatiently();
    this.supervision = this.supervise(guard);
    this.watchLog();
    return must(this.address, 'address of an established server');
  }

  stop(): Promise<void> {
    this.stopped ??= this.end();
    return this.stopped;
  }

  private async end(): Promise<void> {
    const { dataFolder, clock, timers } = this.options;
    this.stopAsked.raise();
    await this.supervision;
    this.logTimer?.cancel();
    if (this.pid !== null) await endPostmaster(dataFolder, this.pid, clock, timers);
  }

  private async establishPatiently(): Promise<Guard> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.establish();
      } catch (error) {
        if (error instanceof UsageError || attempt === startAttemptsMax) throw this.explain(error);
        await pauseAwake(this.options.timers, backOffMs(attempt));
      }
    }
  }

  private explain(error: unknown): unknown {
    if (!(error instanceof LaunchFailed)) return error;
    return new UsageError(`Cannot start the embedded Postgres as it ended: ${error.message}; see ${this.logFile.path}`);
  }

  /** Returns when asked to stop; the server may still run then. */
  private async supervise(first: Guard): Promise<void> {
    const { clock, log, timers } = this.options;
    let guard: Guard | null = first;
    let failures = 0;
    while (!this.stopAsked.raised) {
      if (guard !== null) {
        const sinceMs = clock.monotonicMs();
        await Promise.race([guard.lost, this.stopAsked.promise]);
        if (this.stopAsked.raised) return guard.release();
        log.warn({}, 'The embedded Postgres is gone: starting it again');
        if (clock.monotonicMs() - sinceMs >= goodRunMs) failures = 0;
      }
      if (failures > 0) await pauseAwake(timers, backOffMs(failures), this.stopAsked.promise);
      failures += 1;
      guard = await this.tryToEstablish();
    }
    await guard?.release();
  }

  private async tryToEstablish(): Promise<Guard | null> {
    const { log } = this.options;
    try {
      const guard = await this.establish();
      log.info({}, 'The embedded Postgres serves again');
      return guard;
    } catch (error) {
      if (!this.stopAsked.raised) log.error({ error }, 'Cannot start the embedded Postgres again: trying on');
      return null;
    }
  }

  private async establish(): Promise<Guard> {
    return (await this.takeOver()) ?? (await this.launch());
  }

  /** The server that is there, if it is as we would start it; ends it otherwise. */
  private async takeOver(): Promise<Guard | null> {
    const { dataFolder, clock, timers } = this.options;
    await removeUnfinishedFile(dataFolder, clock, timers);
    const found = readPostmasterFile(dataFolder);
    if (found === null) return null;
    const lives = (): boolean => isPostmasterOf(dataFolder, found.pid);
    const client = await this.reach(lives);
    if (client !== null) {
      const guard = await takeGuard(client, dataFolder);
      if (await this.isAsWanted(client)) return this.adopt(guard);
      await guard.release();
      // It answers, so it lives, but its number means nothing here: it runs in another container.
      if (!lives()) {
        throw new UsageError(
          `Cannot take over the Postgres on ${dataFolder} as it is out of reach: stop it where it runs`,
        );
      }
    }
    await endPostmaster(dataFolder, found.pid, clock, timers);
    const left = readPostmasterFile(dataFolder);
    if (left !== null) markStale(dataFolder, left);
    return null;
  }

  private async isAsWanted(client: Client): Promise<boolean> {
    const { rows } = await client.query<{ generation: string | null }>(
      "select current_setting('usher.generation', true) as generation",
    );
    return rows[0]?.generation === this.generation;
  }

  private async launch(): Promise<Guard> {
    const { dataFolder, account, binaries, port, clock, timers } = this.options;
    if (this.stopAsked.raised) throw new LaunchFailed('asked to stop');
    const address: Address =
      this.address ?? (port === 0 ? await chooseAddress(dataFolder) : { kind: 'loopback', port });
    const logStartByte = this.logFile.sizeBytes();
    const child = launch({
      dataFolder,
      account,
      binaries,
      settings: { ...settings, ...addressSettings(address), 'usher.generation': this.generation },
      logFile: this.logFile,
      detached: true,
    });
    this.pid = child.pid ?? null;
    const client = await this.reach(() => !hasEnded(child));
    if (client === null) {
      if (child.pid !== undefined) await endPostmaster(dataFolder, child.pid, clock, timers);
      throw new LaunchFailed(this.logFile.complaint(logStartByte));
    }
    return this.adopt(await takeGuard(client, dataFolder));
  }

  /** It need not be the child that was launched: another process may have been faster, and have gone since. */
  private adopt(guard: Guard): Guard {
    const file = must(readPostmasterFile(this.options.dataFolder), 'postmaster.pid of a server that answers');
    this.pid = file.pid;
    this.address ??= addressOf(file);
    return guard;
  }

  private reach(lives: () => boolean): Promise<Client | null> {
    const { dataFolder, password, clock, timers } = this.options;
    return reach({ dataFolder, password, clock, timers, goOn: () => lives() && !this.stopAsked.raised });
  }

  private watchLog(): void {
    try {
      this.logFile.cutIfLarge();
    } catch (error) {
      this.options.log.warn({ error }, "Cannot keep the embedded Postgres' log small");
    }
    this.logTimer = this.options.timers.after(lookAtLogEveryMs, () => this.watchLog());
  }
}

function backOffMs(attempt: number): number {
  return Math.min(backOffMinMs * 2 ** (attempt - 1), backOffMaxMs);
}

/** Raised once, for good. */
class Signal {
  raised = false;
  private resolve: () => void = () => undefined;
  readonly promise = new Promise<void>((resolve) => {
    this.resolve = resolve;
  });

  raise(): void {
    this.raised = true;
    this.resolve();
  }
}
