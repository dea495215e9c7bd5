import assert from 'node:assert/strict';
import type { Claim, Grant } from '../port.js';

/** The grant of a claim that must be granted. */
export function granted(claim: Claim): Grant {
  assert.equal(claim.kind, 'granted', JSON.stringify(claim));
  return claim.grant;
}
