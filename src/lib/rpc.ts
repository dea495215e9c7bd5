import type { MessagePort } from 'node:worker_threads';
import type { Timer, Timers } from './timers.js';

/**
 * Calls from one thread to another. What a thread offers is an interface of functions that take and promise plain data;
 * the other thread gets an object of the same interface. A port carries the requests of one side only.
 */
export type Offer<S> = { readonly [name in keyof S]: (...parameters: never[]) => Promise<unknown> };

/** The names of an offer's functions: an interface leaves nothing to look at when the program runs. */
export type Names<S> = { readonly [name in keyof S]: true };

interface Request {
  readonly id: number;
  readonly name: string;
  readonly parameters: readonly unknown[];
}

/** An error travels as a value and is thrown again at the caller. */
type Response =
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly message: string };

interface Caller {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: RpcFailed) => void;
  readonly timer: Timer;
}

export class RpcFailed extends Error {
  override readonly name = 'RpcFailed';
  /** No answer came: what was asked may have been done, or may still be. Else the other side threw. */
  readonly isOutcomeUnknown: boolean;

  constructor(message: string, isOutcomeUnknown: boolean) {
    super(message);
    this.isOutcomeUnknown = isOutcomeUnknown;
  }
}

/** Answers the requests that come over `port`, until it closes. */
export function serveRpc<S extends Offer<S>>(port: MessagePort, names: Names<S>, offered: S): void {
  port.on('message', ({ id, name, parameters }: Request) => {
    const run = async (): Promise<void> => {
      if (!Object.hasOwn(names, name)) throw new Error(`Cannot call a function as it is not offered: name is ${name}`);
      const value = await offered[name as keyof S](...(parameters as never[]));
      port.postMessage({ kind: 'value', id, value } satisfies Response);
    };
    run().catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      port.postMessage({ kind: 'failure', id, message } satisfies Response);
    });
  });
}

/**
 * What the other end of `port` offers.
 * @throws RpcFailed from each of its functions
 */
export function callRpc<S extends Offer<S>>(port: MessagePort, names: Names<S>, timers: Timers, timeoutMs = 5000): S {
  const waiting = new Map<number, Caller>();
  let lastId = 0;

  port.on('message', (response: Response) => {
    const caller = waiting.get(response.id);
    // Too late: the caller has given up.
    if (caller === undefined) return;
    waiting.delete(response.id);
    caller.timer.cancel();
    if (response.kind === 'value') caller.resolve(response.value);
    else caller.reject(new RpcFailed(response.message, false));
  });
  port.on('close', () => {
    for (const { reject, timer } of waiting.values()) {
      timer.cancel();
      reject(new RpcFailed('Cannot learn the outcome as the other thread is gone', true));
    }
    waiting.clear();
  });

  const call = (name: string, parameters: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      const id = lastId;
      const timer = timers.after(timeoutMs, () => {
        waiting.delete(id);
        reject(new RpcFailed(`Cannot learn the outcome as no answer came: ${name} after ${timeoutMs} ms`, true));
      });
      waiting.set(id, { resolve, reject, timer });
      port.postMessage({ id, name, parameters } satisfies Request);
    });

  const stubs = Object.keys(names).map((name) => [name, (...parameters: unknown[]) => call(name, parameters)]);
  return Object.fromEntries(stubs) as S;
}
