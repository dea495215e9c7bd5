import type { Correlation, Mail } from '../actor/mail.js';
import { limits } from '../config/limits.js';
import { isPlanted } from '../lib/planted.js';
import { PackedReader, PackedWriter } from '../shard/packed.js';
import type { ShardListener } from '../shard/port.js';
import { readMail, writeMail } from '../shard/requests.js';
import type { LinkRecord } from './link-message.js';
import type { LivingNodes } from './living-nodes.js';
import type { PeerLink } from './peer-link.js';
import { RemoteRoute } from './remote-route.js';

type RecordForAsker = Extract<LinkRecord, { readonly kind: 'answer' | 'snapshot' | 'bounced' }>;

export interface AskerSideOptions {
  /** This node's incarnation. */
  readonly own: string;
  readonly link: PeerLink;
  readonly nodes: LivingNodes;
  listener(): Pick<ShardListener, 'onAnswer' | 'onSnapshot'>;
  /** Nobody has decided it, nor will. */
  giveUp(mail: Mail): void;
  /** Nor has anybody decided this: whoever has the event does not hear. */
  unreachable(mail: Mail): void;
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
        return link.tell(to, { kind: 'mail', patienceMs, mail: this.#writer.take() });
      },
      giveUp: (mail) => {
        this.forget(mail.correlation);
        this.#options.giveUp(mail);
      },
      unreachable: (mail) => {
        this.forget(mail.correlation);
        this.#options.unreachable(mail);
      },
      redirected: () => this.#options.redirected(eventId),
    });
  }

  /** @param waitedMs how long its asker has waited already */
  ask(route: RemoteRoute, mail: Mail, waitedMs: number, nowMs: number): void {
    this.#askedBy.set(mail.correlation, route);
    route.ask(mail, nowMs, waitedMs);
  }

  onRecord(sender: string, record: RecordForAsker, nowMs: number): void {
    const { correlation } = record;
    const route = this.#askedBy.get(correlation);
    // What an owner says that is not asked any more is void: it may have refused what the next one accepts.
    if (route?.owner !== sender) return;
    if (record.kind === 'bounced') {
      this.#bounced(route, correlation, record.owner, nowMs);
      return;
    }
    this.forget(correlation);
    if (!route.answered(correlation, nowMs)) return;
    const listener = this.#options.listener();
    if (record.kind === 'answer') listener.onAnswer(correlation, record.frame);
    else listener.onSnapshot(correlation, record.frame);
  }

  /** Nothing was decided. `owner`: who has the event, as far as the one who was asked knows. */
  #bounced(route: RemoteRoute, correlation: Correlation, owner: string | null, nowMs: number): void {
    const { own, nodes } = this.#options;
    const next = owner ?? nodes.winnerOf(route.eventId).incarnation;
    if (!this.isLiving(next)) route.postponed(correlation, nowMs);
    else if (next === own) this.#options.takeHere(route.eventId);
    else route.bounced(correlation, next, nowMs);
  }

  /** A message of this node's has reached nobody. */
  unheard(linkSeq: number, records: readonly LinkRecord[], nowMs: number): void {
    for (const record of records) {
      if (record.kind !== 'mail') continue;
      const { correlation } = readMail(new PackedReader(record.mail));
      this.#askedBy.get(correlation)?.unheard(correlation, linkSeq, nowMs);
    }
  }

  /** False: it is gone, which whoever named it has not noticed yet, or new, which this node has not: that is looked for at once. */
  isLiving(owner: string): boolean {
    const { nodes } = this.#options;
    const isLiving = nodes.byIncarnation(owner) !== undefined;
    if (!isLiving) void nodes.look();
    return isLiving;
  }

  forget(correlation: Correlation): void {
    this.#askedBy.delete(correlation);
  }

  /** Whoever waits longer than the gateway does waits for nobody. */
  tick(routes: readonly RemoteRoute[], nowMs: number): void {
    const sinceMs = nowMs - limits.answerTimeoutMs;
    for (const route of routes) {
      for (const correlation of route.forgetSince(sinceMs, nowMs)) this.forget(correlation);
      route.tick(nowMs);
    }
  }
}
