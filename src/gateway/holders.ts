import type { Session } from './session.js';

const nobody: readonly Session[] = [];

/** The live sockets of each holder, oldest first. */
export class Holders {
  readonly #sessions = new Map<string, Session[]>();

  constructor(private readonly socketsPerHolderMax: number) {}

  get count(): number {
    return this.#sessions.size;
  }

  of(holderId: string): readonly Session[] {
    return this.#sessions.get(holderId) ?? nobody;
  }

  /** @returns the oldest, where there are now too many: the caller closes it */
  add(holderId: string, session: Session): Session | null {
    const sessions = this.#sessions.get(holderId);
    if (sessions === undefined) {
      this.#sessions.set(holderId, [session]);
      return null;
    }
    sessions.push(session);
    return sessions.length > this.socketsPerHolderMax ? (sessions[0] ?? null) : null;
  }

  remove(holderId: string, session: Session): void {
    const sessions = this.#sessions.get(holderId);
    const at = sessions?.indexOf(session) ?? -1;
    if (sessions === undefined || at === -1) return;
    sessions.splice(at, 1);
    if (sessions.length === 0) this.#sessions.delete(holderId);
  }
}
