import type { Correlation, Mail } from '../actor/mail.js';
import { limits } from '../config/limits.js';
import { isPlanted } from '../lib/planted.js';
import { PackedWriter } from '../shard/packed.js';
import { writeMail } from '../shard/requests.js';
import type { LivingNodes } from './living-nodes.js';
import type { PeerLink } from './peer-link.js';
import { RemoteRoute } from './remote-route.js';

export interface AskerSideOptions {
  /** This node's incarnation. */
  readonly own: string;
  readonly link: PeerLink;
  readonly nodes: LivingNodes;
  /** Nobody has decided it, nor will. */
  giveUp(mail: Mail): void;
  /** The event is this node's, or this node's to claim. */
  takeHere(eventId: string): void;
  /** The event has another owner. */
  redirected(eventId: string): void;
}

/** What this node's own sockets and calls ask of other nodes' events, until it is answered. */
export class AskerSide {
  readonly #options: AskerSideOptions;
  readonly #askedBy = new Map<Correlation, RemoteRoute>();
  readonly #writer = new PackedWriter();

  constructor(options: AskerSideOptions) {
    this.#options = options;
  }

  newRoute(eventId: string, owner: string): RemoteRoute {
    const { link } = this.#options;
    return new RemoteRoute(eventId, owner, {
      send: (to, mail, waitedMs) => {
        const leftMs = isPlanted('given-up-command-sent-again')
          ? limits.answerTimeoutMs
          : limits.answerTimeoutMs - waitedMs;
        const patienceMs = Math.max(0, Math.floor(leftMs));
        writeMail(this.#writer, mail);
        link.tell(to, { kind: 'mail', patienceMs, mail: this.#writer.take() });
      },
      giveUp: (mail) => {
        this.forget(mail.correlation);
        this.#options.giveUp(mail);
      },
      redirected: () => this.#options.redirected(eventId),
    });
  }

  ask(route: RemoteRoute, mail: Mail, nowMs: number): void {
    this.#askedBy.set(mail.correlation, route);
    route.ask(mail, nowMs);
  }

  /** Returns whether somebody waited for it. */
  settled(correlation: Correlation, nowMs: number): boolean {
    const route = this.#askedBy.get(correlation);
    this.forget(correlation);
    return route?.answered(correlation, nowMs) ?? false;
  }

  /** Nothing was decided. `owner`: who has the event, as far as the one who was asked knows. */
  bounced(correlation: Correlation, owner: string | null, nowMs: number): void {
    const { own, nodes } = this.#options;
    const route = this.#askedBy.get(correlation);
    if (route === undefined) return;
    const next = owner ?? nodes.winnerOf(route.eventId).incarnation;
    if (next === own) this.#options.takeHere(route.eventId);
    else route.bounced(correlation, next, nowMs);
  }

  forget(correlation: Correlation): void {
    this.#askedBy.delete(correlation);
  }

  /** Whoever waits longer than the gateway does waits for nobody. */
  tick(routes: readonly RemoteRoute[], nowMs: number): void {
    const sinceMs = nowMs - limits.answerTimeoutMs;
    for (const route of routes) for (const correlation of route.forgetSince(sinceMs, nowMs)) this.forget(correlation);
  }
}
