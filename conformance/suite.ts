import { subprotocols } from '../src/e2e/testing/wire-client.js';
import type { Need, Rule } from './rule.js';
import { choosingRules } from './rules/choosing.js';
import { connectionRules } from './rules/connection.js';
import { followingRules } from './rules/following.js';
import { holdingRules } from './rules/holding.js';
import { pretixRules } from './rules/pretix.js';
import { refusalRules } from './rules/refusals.js';
import { restRules } from './rules/rest.js';
import { type Addresses, Scene } from './scene.js';

/** Everything that the suite checks, in the order of the protocol page. */
export const rules: readonly Rule[] = [
  ...connectionRules,
  ...holdingRules,
  ...choosingRules,
  ...followingRules,
  ...refusalRules,
  ...restRules,
  ...pretixRules,
];

export interface Verdict {
  /** `§3 hold: … [usher.v1.json]` */
  readonly name: string;
  readonly outcome: 'kept' | 'broken' | 'skipped';
  /** Why it is broken, or what it lacks. */
  readonly detail: string | null;
}

/** Checks one rule after the other, each with guests and events of its own. */
export async function* verdicts(
  addresses: Addresses,
  offered: ReadonlySet<Need>,
  wanted: (name: string) => boolean,
): AsyncGenerator<Verdict, void, undefined> {
  for (const rule of rules) {
    for (const subprotocol of rule.perSubprotocol ? subprotocols : (['usher.v1.json'] as const)) {
      const name = `${rule.section} ${rule.says}${rule.perSubprotocol ? ` [${subprotocol}]` : ''}`;
      if (!wanted(name)) continue;
      const missing = (rule.needs ?? []).filter((need) => !offered.has(need));
      if (missing.length > 0) {
        yield { name, outcome: 'skipped', detail: `needs ${missing.join(', ')}` };
        continue;
      }
      const scene = new Scene(addresses);
      try {
        await rule.check(scene, subprotocol);
        yield { name, outcome: 'kept', detail: null };
      } catch (error) {
        yield { name, outcome: 'broken', detail: error instanceof Error ? error.message : String(error) };
      } finally {
        await scene.end();
      }
    }
  }
}
