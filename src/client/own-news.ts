import type { AcceptedBody, ConfirmBody, HoldBody, MyHoldsBody, ReleaseBody } from '../protocol/down.js';
import type { Position } from '../protocol/up.js';

/** What an accepted command says about the holder's own holds: known at once, before the map tells of it. */
export type OwnNews = { readonly eventId: string; readonly position: Position } & (
  | { readonly kind: 'held'; readonly body: HoldBody }
  | { readonly kind: 'extended'; readonly body: HoldBody }
  | { readonly kind: 'released'; readonly body: ReleaseBody }
  | { readonly kind: 'confirmed'; readonly holdId: string; readonly body: ConfirmBody }
  | { readonly kind: 'listed'; readonly body: MyHoldsBody }
);

// A body was read key by key when its frame was decoded; which of the bodies it is shows by a key that only it has.

export function isHoldBody(body: AcceptedBody): body is HoldBody {
  return 'expiresInMs' in body;
}

export function isReleaseBody(body: AcceptedBody): body is ReleaseBody {
  return 'remaining' in body;
}

export function isConfirmBody(body: AcceptedBody): body is ConfirmBody {
  return 'bookingId' in body;
}

export function isMyHoldsBody(body: AcceptedBody): body is MyHoldsBody {
  return 'holds' in body;
}
