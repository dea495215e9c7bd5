import type { Scene } from './scene.js';
import type { Subprotocol } from '../src/e2e/testing/wire-client.js';

/** What a rule may need that not every server gives: without it the rule is skipped, not failed. */
export type Need =
  /** The admin token, to make charts and events. */
  | 'admin'
  /** Rates are limited (USHER_RATE_LIMIT=on). */
  | 'limits';

/** One thing that the protocol page says, and how to see that a server keeps to it. */
export interface Rule {
  /** Section of the page: `§3`. */
  readonly section: string;
  /** What is so, as a sentence. */
  readonly says: string;
  readonly needs?: readonly Need[];
  /** Once for each encoding of the sockets; false: it is about HTTP, once is enough. */
  readonly perSubprotocol: boolean;
  /** Throws where it is not so. */
  check(scene: Scene, subprotocol: Subprotocol): Promise<void>;
}

/** A rule about sockets, which is checked in both encodings. */
export function socketRule(
  section: string,
  says: string,
  check: (scene: Scene, subprotocol: Subprotocol) => Promise<void>,
  needs: readonly Need[] = ['admin'],
): Rule {
  return { section, says, needs, perSubprotocol: true, check };
}

export function httpRule(
  section: string,
  says: string,
  check: (scene: Scene) => Promise<void>,
  needs: readonly Need[] = ['admin'],
): Rule {
  return { section, says, needs, perSubprotocol: false, check };
}
