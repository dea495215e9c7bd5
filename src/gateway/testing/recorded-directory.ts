import type { IntegratorDirectory } from '../integrators.js';

/** A directory that knows what a test has told it, and records what it was asked. */
export class RecordedDirectory implements IntegratorDirectory {
  /** By token. */
  readonly integrators = new Map<string, { readonly organiserId: string }>();
  /** By event id. */
  readonly organisers = new Map<string, string>();
  readonly asked: string[] = [];
  /** `hangs`: no answer ever comes; an error: Postgres cannot be reached. */
  state: 'answers' | 'hangs' | Error = 'answers';

  integratorOf(token: string): Promise<{ readonly organiserId: string } | null> {
    return this.#answer(token, this.integrators.get(token) ?? null);
  }

  organiserOf(eventId: string): Promise<string | null> {
    return this.#answer(eventId, this.organisers.get(eventId) ?? null);
  }

  #answer<T>(about: string, value: T): Promise<T> {
    this.asked.push(about);
    if (this.state === 'hangs') return new Promise(() => undefined);
    return this.state === 'answers' ? Promise.resolve(value) : Promise.reject(this.state);
  }
}
