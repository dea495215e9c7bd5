import type { CommandRequest, Mail, MyHoldsRequest, SnapshotMail, WatchMail, WatchRequest } from '../actor/mail.js';
import { busy, servedElsewhere, unavailable } from '../actor/refusals.js';
import { limits } from '../config/limits.js';
import type { Clock } from '../lib/clock.js';
import { must } from '../lib/must.js';
import type { Timer, Timers } from '../lib/timers.js';
import type { Rejection } from '../seatmap/command.js';
import type { Correlation, OwnershipListener, ShardListener, ShardPort } from '../shard/port.js';
import { AskerSide } from './asker-side.js';
import type { Carrier, CarrierListener } from './carrier.js';
import type { Elsewhere } from './elsewhere.js';
import { eventOf } from './event-channel.js';
import { Following, type LocalSockets } from './following.js';
import type { LinkMessage, LinkRecord } from './link-message.js';
import type { LivingNodes } from './living-nodes.js';
import { OwnerSide } from './owner-side.js';
import { PeerLink } from './peer-link.js';
import { refuseMail } from './refuse-mail.js';
import type { RemoteRoute } from './remote-route.js';
import { Routes } from './routes.js';
import { submitMail } from './submit-mail.js';

export interface RouterOptions {
  /** This node's incarnation. */
  readonly own: string;
  readonly shards: ShardPort & { rewatch(eventId: string, watchers: number): void };
  readonly nodes: LivingNodes;
  /** Opens the way to other nodes, for the router to listen to. */
  readonly openCarrier: (listener: CarrierListener) => Carrier;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Postgres' time. */
  readonly nowMs: () => number;
}

const tickMs = 500;
/**
 * Between gateway and shards: sends each request to whoever has its event.
 *
 *     own sockets ──► Router ──► own shards          event here, or nobody's and ours to claim
 *                       │ ▲
 *               forward │ │ answers, bounces
 *                       ▼ │
 *                    PeerLink ──► the owner's Router ──► its shards
 *
 * A node alone in its database passes everything on as it comes.
 */
export class Router implements ShardPort, ShardListener, OwnershipListener, CarrierListener {
  readonly #options: RouterOptions;
  readonly #routes: Routes;
  readonly #link: PeerLink;
  readonly #ownerSide: OwnerSide;
  readonly #askerSide: AskerSide;
  readonly #following: Following;
  #onMove: (eventId: string, next: string) => void = () => undefined;
  #unlinked: Pick<Elsewhere, 'asked' | 'tick'> = { asked: (mail) => this.refuse(mail, null), tick: () => undefined };
  #ends: { readonly listener: ShardListener; readonly sockets: LocalSockets } | null = null;
  #timer: Timer;

  constructor(options: RouterOptions) {
    this.#options = options;
    const { own, timers, nowMs, shards, nodes } = options;
    const carrier = options.openCarrier(this);
    this.#link = new PeerLink({
      own,
      carrier,
      timers,
      nowMs,
      onMessage: (message) => this.#onMessage(message),
      onUnheard: (linkSeq, records) => this.#askerSide.unheard(linkSeq, records, this.#monotonicMs),
    });
    this.#ownerSide = new OwnerSide({
      own,
      link: this.#link,
      carrier,
      shards,
      submit: (mail) => this.submit(mail),
      elsewhereFor: (asker, eventId) => this.#routes.elsewhereFor(asker, eventId),
    });
    this.#askerSide = new AskerSide({
      own,
      link: this.#link,
      nodes,
      listener: () => this.#listener,
      giveUp: (mail) => this.#refuse(mail, unavailable, null),
      unreachable: (mail) => this.#unlinked.asked(mail),
      takeHere: (eventId) => this.#takeHere(eventId),
      redirected: (eventId) => this.#following.askAgain(eventId, this.#monotonicMs),
    });
    this.#following = new Following({
      carrier,
      listener: () => this.#listener,
      sockets: () => this.#sockets,
      tellOwner: (eventId, record) => this.#tellOwner(eventId, record),
    });
    this.#routes = new Routes(own, nodes, (eventId, owner) => this.#askerSide.newRoute(eventId, owner));
    nodes.onChanged(() => this.#leaveTheDead(this.#routes.stranded()));
    this.#timer = this.#tickLater();
  }

  /** @param listener gets what is answered to this node's own sockets and calls */
  start(listener: ShardListener, sockets: LocalSockets): void {
    this.#ends = { listener, sockets };
  }

  stop(): void {
    this.#timer.cancel();
  }

  /** How many watch each event that this node has: what a shard that starts anew must be told. */
  watchers(): Iterable<readonly [eventId: string, watchers: number]> {
    const counts = new Map<string, number>();
    for (const [eventId, count] of this.#ownerSide.followers.watchers()) counts.set(eventId, count);
    for (const [eventId, count] of this.#sockets.watchers()) {
      if (this.#routes.remote(eventId) === null) counts.set(eventId, (counts.get(eventId) ?? 0) + count);
    }
    return counts;
  }

  // ── planned moves (moves.ts) ──

  /** Whether anything can be said to that node now, and is understood there. */
  canTell(incarnation: string): boolean {
    return this.#link.isUp && this.#options.nodes.isUnderstoodBy(incarnation);
  }

  tellToMove(incarnation: string, eventId: string, next: string): void {
    this.#link.tell(incarnation, { kind: 'move', eventId, next });
  }

  onMove(listener: (eventId: string, next: string) => void): void {
    this.#onMove = listener;
  }

  /** The event is this node's to claim: whatever waits for it, and is asked from here on, goes to the shards. */
  take(eventId: string): void {
    if (this.#routes.remote(eventId) === null) this.#routes.leadHere(eventId);
    else this.#takeHere(eventId);
  }

  // ── while nothing can be said to other nodes (elsewhere.ts) ──

  onUnlinked(handler: Pick<Elsewhere, 'asked' | 'tick'>): void {
    this.#unlinked = handler;
  }

  submit(mail: Mail): void {
    submitMail(this.#options.shards, mail.kind === 'command' ? this.#ownerSide.heardBy(mail, this.#sockets) : mail);
  }

  refuse(mail: Mail, url: string | null): void {
    this.#refuse(mail, url === null ? busy : servedElsewhere, url);
  }

  #refuse(mail: Mail, rejection: Rejection, url: string | null): void {
    refuseMail(this.#listener, mail, rejection, url);
    this.#listener.onTurnEnd?.();
  }

  // ── the gateway's requests ──

  command(request: CommandRequest): void {
    const route = this.#routes.to(request.eventId);
    if (route === null) this.#options.shards.command(this.#ownerSide.heardBy(request, this.#sockets));
    else this.#ask(route, { kind: 'command', ...request });
  }

  myHolds(request: MyHoldsRequest): void {
    const route = this.#routes.to(request.eventId);
    if (route === null) this.#options.shards.myHolds(request);
    else this.#ask(route, { kind: 'myHolds', ...request });
  }

  watch(request: WatchRequest): void {
    if (this.#routes.to(request.eventId) === null) this.#options.shards.watch(request);
    else this.#lookSoon({ kind: 'watch', ...request });
  }

  unwatch(eventId: string): void {
    if (this.#routes.to(eventId) === null) this.#options.shards.unwatch(eventId);
  }

  snapshot(correlation: Correlation, eventId: string): void {
    if (this.#routes.to(eventId) === null) this.#options.shards.snapshot(correlation, eventId);
    else this.#lookSoon({ kind: 'snapshot', correlation, eventId });
  }

  // ── what this node's shards say ──

  onAnswer(correlation: Correlation, frame: Uint8Array): void {
    if (!this.#ownerSide.onAnswer(correlation, 'answer', frame)) this.#listener.onAnswer(correlation, frame);
  }

  onSubscribed(correlation: Correlation, accepted: boolean, frames: readonly Uint8Array[]): void {
    if (!this.#ownerSide.onSubscribed(correlation, accepted, frames))
      this.#listener.onSubscribed(correlation, accepted, frames);
  }

  onSnapshot(correlation: Correlation, frame: Uint8Array): void {
    if (!this.#ownerSide.onAnswer(correlation, 'snapshot', frame)) this.#listener.onSnapshot(correlation, frame);
  }

  onPublish(eventId: string, frame: Uint8Array): void {
    this.#ownerSide.followers.publish(eventId, frame);
    // Claimed as a hold was due, or for another node: this node's sockets still follow whoever had it, and get the map first.
    if (this.#routes.remote(eventId) !== null) this.#takeHere(eventId);
    else this.#listener.onPublish(eventId, frame);
  }

  onNotify(eventId: string, holderId: string, exceptSessionId: number, frame: Uint8Array): void {
    const except = this.#ownerSide.onNotify(eventId, holderId, exceptSessionId, frame);
    this.#listener.onNotify(eventId, holderId, except, frame);
  }

  onShardLost(isOfShard: (eventId: string) => boolean): void {
    this.#ownerSide.followers.shardLost(isOfShard);
    this.#listener.onShardLost((eventId) => isOfShard(eventId) && this.#routes.remote(eventId) === null);
  }

  onMoved(eventId: string, owner: string): void {
    this.#ownerSide.followers.moved(eventId, owner);
    const route = this.#routes.leadTo(eventId, owner);
    if (route.owner !== owner) route.redirect(owner, this.#monotonicMs);
    if (this.#sockets.watchersOf(eventId) > 0) this.#following.goOn(eventId, this.#monotonicMs);
  }

  /** Of an event that has just moved. */
  onBounced(mail: Mail, waitedMs: number): void {
    const route = this.#routes.remote(mail.eventId);
    if (this.#ownerSide.onBounced(mail, route?.owner ?? null)) return;
    if (route === null) {
      this.#refuse(mail, unavailable, null);
    } else if (mail.kind === 'watch') {
      this.#look(mail);
    } else {
      this.#ask(route, mail, waitedMs);
    }
  }

  onTurnEnd(): void {
    this.#ownerSide.turnEnded();
    this.#listener.onTurnEnd?.();
  }

  // ── what other nodes say ──

  onUp(): void {}
  onDown(): void {}

  onListening(channel: string): void {
    this.#following.onListening(channel, this.#monotonicMs);
  }

  onMessage(channel: string, message: Uint8Array): void {
    if (eventOf(channel) === null) this.#link.receive(message);
    else {
      const ownerOf = (eventId: string): string | null => this.#routes.remote(eventId)?.owner ?? null;
      this.#following.onMessage(channel, message, ownerOf, this.#monotonicMs);
    }
    this.#listener.onTurnEnd?.();
  }

  #onMessage({ sender, sentAtMs, records }: LinkMessage): void {
    const ageMs = this.#options.nowMs() - sentAtMs;
    for (const record of records) this.#onRecord(sender, record, ageMs);
  }

  #onRecord(sender: string, record: LinkRecord, ageMs: number): void {
    const nowMs = this.#monotonicMs;
    switch (record.kind) {
      case 'mail':
      case 'follow':
      case 'holders':
      case 'following':
      case 'unfollow':
        this.#ownerSide.onRecord(sender, record, ageMs, nowMs);
        return;
      case 'answer':
      case 'snapshot':
      case 'bounced':
        this.#askerSide.onRecord(sender, record, nowMs);
        return;
      case 'followed':
        this.#following.onFollowed(record.eventId, record.frames, nowMs);
        return;
      case 'stillFollowed':
        this.#following.heard(record.eventId, nowMs);
        return;
      case 'notFollowed':
        this.#onNotFollowed(sender, record.eventId, record.owner);
        return;
      case 'notify':
        this.#listener.onNotify(record.eventId, record.holderId, record.exceptSessionId, record.frame);
        return;
      case 'move':
        this.#onMove(record.eventId, record.next);
    }
  }

  // ── as the asker ──

  #ask(route: RemoteRoute, mail: Mail, waitedMs = 0): void {
    if (this.#isReached(mail.eventId)) this.#askerSide.ask(route, mail, waitedMs, this.#monotonicMs);
    else this.#unlinked.asked(mail);
  }

  /** What this node knows itself is answered like all else: never within the call that asks, whose caller is not ready for it. */
  #lookSoon(mail: WatchMail | SnapshotMail): void {
    this.#options.timers.soon(() => {
      this.#look(mail);
      this.#listener.onTurnEnd?.();
    });
  }

  #look(mail: WatchMail | SnapshotMail): void {
    const route = this.#routes.to(mail.eventId);
    if (route === null) this.submit(mail);
    else if (!this.#isReached(mail.eventId)) this.#unlinked.asked(mail);
    else if (mail.kind === 'watch') this.#following.watch(mail, this.#monotonicMs);
    else if (!this.#following.snapshot(mail.correlation, mail.eventId)) this.#ask(route, mail);
  }

  #onNotFollowed(sender: string, eventId: string, owner: string | null): void {
    const route = this.#routes.remote(eventId);
    if (route === null || route.owner !== sender) return;
    if (owner === this.#options.own) this.#takeHere(eventId);
    else if (owner === null || owner === sender) this.#following.askAgain(eventId, this.#monotonicMs);
    // Where something was asked, that bounces as well, and leads to the next owner in order.
    else if (route.isIdle && this.#askerSide.isLiving(owner)) route.redirect(owner, this.#monotonicMs);
  }

  /** The event is this node's, or nobody's and this node's to claim. */
  #takeHere(eventId: string): void {
    const route = this.#routes.remote(eventId);
    this.#routes.leadHere(eventId);
    for (const { mail } of route?.takeAll() ?? []) {
      this.#askerSide.forget(mail.correlation);
      this.submit(mail);
    }
    const waiting = this.#following.end(eventId);
    const watchers = this.#sockets.watchersOf(eventId);
    if (watchers > 0) this.#options.shards.rewatch(eventId, watchers);
    for (const request of waiting) this.#options.shards.watch(request);
  }

  #tellOwner(eventId: string, record: LinkRecord): void {
    const route = this.#routes.remote(eventId);
    if (route !== null) this.#link.tell(route.owner, record);
  }

  #leaveTheDead(routes: readonly RemoteRoute[]): void {
    const { nodes, own } = this.#options;
    for (const route of routes) {
      const { incarnation } = nodes.winnerOf(route.eventId);
      if (incarnation === own) this.#takeHere(route.eventId);
      else route.redirect(incarnation, this.#monotonicMs);
    }
  }

  /** Of an event of another node: it can be told, and answers. */
  #isReached(eventId: string): boolean {
    const owner = this.#routes.remote(eventId)?.owner ?? this.#options.own;
    return this.canTell(owner) && !this.#following.isSilent(eventId, this.#monotonicMs);
  }

  get #listener(): ShardListener {
    return must(this.#ends, 'the gateway').listener;
  }

  get #sockets(): LocalSockets {
    return must(this.#ends, 'the gateway').sockets;
  }

  get #monotonicMs(): number {
    return this.#options.clock.monotonicMs();
  }

  #tickLater(): Timer {
    return this.#options.timers.after(tickMs, () => {
      this.#tick(this.#monotonicMs);
      this.#timer = this.#tickLater();
    });
  }

  #tick(nowMs: number): void {
    this.#askerSide.tick(this.#routes.remotes(), nowMs);
    this.#ownerSide.tick(nowMs, limits.answerTimeoutMs);
    this.#following.tick(nowMs);
    void this.#routes.findStranded().then((routes) => this.#leaveTheDead(routes));
    const cutOff = this.#following.watched().filter((eventId) => !this.#isReached(eventId));
    this.#unlinked.tick(this.#link.isUp && cutOff.length === 0 ? null : cutOff, nowMs);
  }
}
