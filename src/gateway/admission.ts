import { chooseSubprotocol } from '../protocol/subprotocols.js';
import { addressGroup, type TrustedProxies } from './address.js';
import { gatewayLimits } from './limits.js';
import type { UpgradeAnswer } from './listener.js';
import type { Origins } from './origins.js';
import { type Problem, problem } from './problem.js';
import type { Request } from './request.js';

export interface AdmissionOptions {
  readonly origins: Origins;
  readonly proxies: TrustedProxies;
  /** Null: not limited. */
  readonly connectionsPerAddress: number | null;
}

/** Who may open a socket. */
export class Admission {
  readonly #options: AdmissionOptions;
  /** Open sockets, by address group. */
  readonly #sockets = new Map<string, number>();
  #socketCount = 0;
  #refused = 0;
  /** The node is going away: no new sockets. */
  isDraining = false;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** What limits count this client by. */
  addressGroupOf(request: Request): string {
    const { proxies } = this.#options;
    const peer = request.peerAddress;
    return addressGroup(proxies.has(peer) ? proxies.clientOf(peer, request.headerList('x-forwarded-for')) : peer);
  }

  /** The `Origin`, where it is one that may use this port. */
  allowedOrigin(request: Request): string | null {
    const origin = request.header('origin');
    return origin !== '' && this.#options.origins.allows(origin, request.header('host')) ? origin : null;
  }

  /** How many upgrades were refused. */
  get refused(): number {
    return this.#refused;
  }

  answer(request: Request): UpgradeAnswer {
    const answer = this.#decide(request);
    if ('refused' in answer) this.#refused += 1;
    return answer;
  }

  #decide(request: Request): UpgradeAnswer {
    const subprotocol = chooseSubprotocol(request.headerList('sec-websocket-protocol'));
    if (subprotocol === null) {
      return refused(
        problem('bad_frame', 'Cannot open a socket as no known subprotocol was offered: see the protocol page'),
      );
    }
    const origin = request.header('origin');
    if (origin !== '' && this.allowedOrigin(request) === null) {
      return refused(
        problem('forbidden', `Cannot open a socket as the page's origin is not allowed: origin is ${origin}`),
      );
    }
    if (this.isDraining) {
      const detail = 'Cannot open a socket as this node is going away';
      return refused(problem('busy', detail, gatewayLimits.retryAfterDrainingMs));
    }
    if (this.#socketCount >= gatewayLimits.socketsMax) {
      return refused(problem('busy', 'Cannot open a socket as this node has too many', gatewayLimits.retryAfterBusyMs));
    }
    const group = this.addressGroupOf(request);
    const most = this.#options.connectionsPerAddress;
    if (most !== null && (this.#sockets.get(group) ?? 0) >= most) {
      const detail = `Cannot open a socket as its address has too many: at most ${most} are allowed`;
      return refused(problem('slow_down', detail, gatewayLimits.retryAfterBusyMs));
    }
    const encoding = subprotocol === 'usher.v1.json' ? 'json' : 'msgpack';
    return { admitted: { subprotocol, encoding, addressGroup: group } };
  }

  opened(group: string): void {
    this.#socketCount += 1;
    this.#sockets.set(group, (this.#sockets.get(group) ?? 0) + 1);
  }

  closed(group: string): void {
    this.#socketCount -= 1;
    const left = (this.#sockets.get(group) ?? 0) - 1;
    if (left > 0) this.#sockets.set(group, left);
    else this.#sockets.delete(group);
  }
}

function refused(because: Problem): UpgradeAnswer {
  return { refused: because };
}
