import type { AcceptedBody, ConfirmBody, HoldBody, MyHoldsBody, ReleaseBody } from '../protocol/down.js';
import type { Position } from '../protocol/up.js';
import { frameFault } from './frame-fault.js';
import { isConfirmBody, isHoldBody, isMyHoldsBody, isReleaseBody, type OwnNews } from './own-news.js';
import { Pace } from './pace.js';
import type { AbortSignalLike, Platform } from './platform.js';
import { type CommandDraft, type CommandLink, RunningCommand } from './running-command.js';
import { UsherError } from './usher-error.js';

/** 22 characters of 6 bits: no two commands ever share one. */
const commandIdLength = 22;

export interface CommandOptions {
  /** Gives the command up: its promise rejects with the signal's reason. The server may have carried it out; `myHolds` tells. */
  readonly signal?: AbortSignalLike;
  /**
   * Default: one that nobody has used. Whoever keeps it and gives it again with the same command, even from another process,
   * gets the first answer. 8–64 characters `[A-Za-z0-9_-]`.
   */
  readonly commandId?: string;
}

/** What somebody wants of the best seats. */
export interface BestWish {
  readonly quantity: number;
  /** Keys of the chart's categories to choose from. Default: all. */
  readonly categories?: readonly string[];
  /** Keys of the chart's sections to choose from. Default: all. */
  readonly sections?: readonly string[];
  /** Side by side, or nothing. Default: true. */
  readonly together?: boolean;
  /** How many of them are wheelchair places. Default: none. */
  readonly accessible?: number;
  /** A seat to be near to. Default: the chart's focal point. */
  readonly near?: number;
}

/** Called within the handling of an `accepted`, before the command's promise is fulfilled. */
export type OnNews = (news: OwnNews) => void;

/** What to make of a command's answer. */
interface Reading<Body> {
  readonly isBody: (body: AcceptedBody) => body is Body & AcceptedBody;
  readonly newsOf: (body: Body, position: Position) => OwnNews;
}

/**
 * What a holder asks of an event, as promises. A command whose outcome is unknown (the link broke, `unavailable`), or which
 * was refused for the moment (`busy`, `slow_down`), is repeated under the same commandId until it is settled or its time
 * is over: the server carries it out once, however often it is sent. Rejects with `UsherError`.
 */
export class Commands {
  readonly #linkOf: (eventId: string) => CommandLink;
  readonly #pace: Pace;
  readonly #platform: Platform;
  readonly #timeoutMs: number;
  readonly #onNews: OnNews;
  readonly #running = new Set<RunningCommand>();
  #closed = false;

  constructor(linkOf: (eventId: string) => CommandLink, platform: Platform, timeoutMs: number, onNews: OnNews) {
    this.#linkOf = linkOf;
    this.#pace = new Pace(platform, () => this.resume());
    this.#platform = platform;
    this.#timeoutMs = timeoutMs;
    this.#onNews = onNews;
  }

  hold(eventId: string, seats: readonly number[], options?: CommandOptions): Promise<HoldBody> {
    const draft = { kind: 'hold', eventId, commandId: this.#commandId(options), seats: [...seats] } as const;
    return this.#run(draft, madeReading(eventId), options);
  }

  holdBest(eventId: string, wish: BestWish, options?: CommandOptions): Promise<HoldBody> {
    const { quantity, categories, sections, together = true, accessible, near } = wish;
    const draft = {
      kind: 'holdBest',
      eventId,
      commandId: this.#commandId(options),
      quantity,
      together,
      ...(categories === undefined ? {} : { categories: [...categories] }),
      ...(sections === undefined ? {} : { sections: [...sections] }),
      ...(accessible === undefined ? {} : { accessible }),
      ...(near === undefined ? {} : { near }),
    } as const;
    return this.#run(draft, madeReading(eventId), options);
  }

  holdArea(eventId: string, area: string, quantity: number, options?: CommandOptions): Promise<HoldBody> {
    const draft = { kind: 'holdArea', eventId, commandId: this.#commandId(options), area, quantity } as const;
    return this.#run(draft, madeReading(eventId), options);
  }

  extend(eventId: string, holdId: string, options?: CommandOptions): Promise<HoldBody> {
    return this.#run<HoldBody>(
      { kind: 'extend', eventId, commandId: this.#commandId(options), holdId },
      { isBody: isHoldBody, newsOf: (body, position) => ({ kind: 'extended', eventId, position, body }) },
      options,
    );
  }

  release(
    eventId: string,
    holdId: string,
    what?: readonly number[] | { readonly quantity: number },
    options?: CommandOptions,
  ): Promise<ReleaseBody> {
    const places = isPlaces(what) ? { seats: null, quantity: what.quantity } : { seats: what ?? null };
    return this.#run<ReleaseBody>(
      { kind: 'release', eventId, commandId: this.#commandId(options), holdId, ...places },
      { isBody: isReleaseBody, newsOf: (body, position) => ({ kind: 'released', eventId, position, body }) },
      options,
    );
  }

  confirm(eventId: string, holdId: string, orderRef: string, options?: CommandOptions): Promise<ConfirmBody> {
    return this.#run<ConfirmBody>(
      { kind: 'confirm', eventId, commandId: this.#commandId(options), holdId, orderRef },
      { isBody: isConfirmBody, newsOf: (body, position) => ({ kind: 'confirmed', eventId, position, holdId, body }) },
      options,
    );
  }

  myHolds(eventId: string, options?: Pick<CommandOptions, 'signal'>): Promise<MyHoldsBody> {
    return this.#run<MyHoldsBody>(
      { kind: 'myHolds', eventId },
      { isBody: isMyHoldsBody, newsOf: (body, position) => ({ kind: 'listed', eventId, position, body }) },
      options,
    );
  }

  /** The link is ready again: what waited for it is sent, oldest first. */
  resume(): void {
    for (const command of this.#running) command.linkIsReady();
  }

  close(): void {
    this.#closed = true;
    this.#pace.close();
    for (const command of this.#running) command.giveUp('the client was closed');
  }

  #commandId(options?: CommandOptions): string {
    return options?.commandId ?? this.#platform.random.id(commandIdLength);
  }

  #run<Body>(
    draft: CommandDraft,
    reading: Reading<Body>,
    { signal }: Pick<CommandOptions, 'signal'> = {},
  ): Promise<Body> {
    return new Promise((resolve, reject) => {
      const fault = frameFault(draft);
      if (fault !== null) return reject(new UsherError('bad_frame', fault));
      if (signal?.aborted === true) return reject(signal.reason);

      const command = new RunningCommand(
        draft,
        this.#pace.over(this.#linkOf(draft.eventId)),
        this.#platform,
        this.#timeoutMs,
        {
          accepted: (position, body) => {
            if (reading.isBody(body)) this.#onNews(reading.newsOf(body, position));
          },
          settled: (outcome) => {
            this.#running.delete(command);
            signal?.removeEventListener('abort', abort);
            if (outcome instanceof UsherError) reject(outcome);
            else if (reading.isBody(outcome)) resolve(outcome);
            else reject(new UsherError('unavailable', `Cannot ${draft.kind} as the answer has another shape`));
          },
        },
      );
      const abort = () => {
        reject(signal?.reason);
        command.giveUp('it was given up');
      };
      signal?.addEventListener('abort', abort);
      this.#running.add(command);
      if (this.#closed) command.giveUp('the client was closed');
      else command.start();
    });
  }
}

function madeReading(eventId: string): Reading<HoldBody> {
  return { isBody: isHoldBody, newsOf: (body, position) => ({ kind: 'held', eventId, position, body }) };
}

function isPlaces(
  what: readonly number[] | { readonly quantity: number } | undefined,
): what is { readonly quantity: number } {
  return what !== undefined && 'quantity' in what;
}
