import type { CommandRequest, Correlation, Mail } from '../actor/mail.js';
import { isPlanted } from '../lib/planted.js';
import { PackedReader } from '../shard/packed.js';
import type { ShardPort } from '../shard/port.js';
import { readMail } from '../shard/requests.js';
import { Followers } from './followers.js';
import type { LocalSockets } from './following.js';
import type { LinkRecord } from './link-message.js';
import type { PeerLink } from './peer-link.js';
import type { Carrier } from './carrier.js';
import { isOfRemote, RemoteAskers } from './remote-askers.js';

/**
 * A forwarded command is dropped this much before its asker gives up: by so much may the two nodes' readings of Postgres' time
 * differ. Whoever was told `unavailable` may have been refused since, and a refusal has no effect, ever.
 */
const clockMarginMs = 500;

type RecordForOwner = Extract<LinkRecord, { readonly kind: 'mail' | 'follow' | 'holders' | 'following' | 'unfollow' }>;

export interface OwnerSideOptions {
  readonly own: string;
  readonly link: PeerLink;
  readonly carrier: Carrier;
  readonly shards: ShardPort;
  /** Hands a mail to this node's shards. */
  submit(mail: Mail): void;
  /** Who has the event instead, as far as this node knows; null: ask the shards, and with them Postgres. */
  elsewhereFor(asker: string, eventId: string): string | null;
}

/** What other nodes want of the events that this one has: their clients' commands, and the map for their watchers. */
export class OwnerSide {
  readonly #options: OwnerSideOptions;
  readonly #askers: RemoteAskers;
  readonly followers: Followers;

  constructor(options: OwnerSideOptions) {
    this.#options = options;
    const { own, link, carrier, shards } = options;
    this.#askers = new RemoteAskers(link);
    this.followers = new Followers({ own, link, carrier, shards, newCorrelation: () => this.#askers.newCorrelation() });
  }

  // ── from other nodes ──

  onRecord(asker: string, record: RecordForOwner, ageMs: number, nowMs: number): void {
    switch (record.kind) {
      case 'mail':
        if (ageMs < record.patienceMs - clockMarginMs || isPlanted('late-command-decided'))
          this.#onMail(asker, mailIn(record.mail), nowMs);
        return;
      case 'follow':
        this.#onFollow(asker, record, nowMs);
        return;
      case 'holders':
        this.followers.holders(asker, record);
        return;
      case 'following':
        this.followers.following(asker, record, nowMs);
        return;
      case 'unfollow':
        this.followers.unfollow(asker, record.eventId);
    }
  }

  #onMail(asker: string, mail: Mail | null, nowMs: number): void {
    // Unanswered, it is `unavailable` to its asker.
    if (mail === null || this.#askers.isFull) return;
    const admitted = this.#askers.admit(asker, mail, nowMs);
    const elsewhere = this.#options.elsewhereFor(asker, mail.eventId);
    if (elsewhere === null) this.#options.submit(admitted);
    else this.#askers.bounced(admitted.correlation, elsewhere);
  }

  #onFollow(asker: string, record: Extract<LinkRecord, { kind: 'follow' }>, nowMs: number): void {
    const { eventId } = record;
    const owner = this.#options.elsewhereFor(asker, eventId);
    if (owner === null) this.followers.follow(asker, record, nowMs);
    else this.#options.link.tell(asker, { kind: 'notFollowed', eventId, owner });
  }

  /** Frames 6 and 9 are made where the holder has other sockets, on any node. */
  heardBy<Request extends CommandRequest>(request: Request, sockets: Pick<LocalSockets, 'hasHolder'>): Request {
    if (request.othersListen) return request;
    const { holderId } = request.command.identity;
    const isElsewhere = this.followers.hasHolder(request.eventId, holderId);
    const isHere = isOfRemote(request.correlation) && sockets.hasHolder(holderId);
    return isElsewhere || isHere ? { ...request, othersListen: true } : request;
  }

  // ── from this node's shards: true where it was for another node ──

  onAnswer(correlation: Correlation, kind: 'answer' | 'snapshot', frame: Uint8Array): boolean {
    if (!isOfRemote(correlation)) return false;
    this.#askers.answered(correlation, kind, frame);
    return true;
  }

  onSubscribed(correlation: Correlation, accepted: boolean, frames: readonly Uint8Array[]): boolean {
    if (!isOfRemote(correlation)) return false;
    this.followers.onSubscribed(correlation, accepted, frames);
    return true;
  }

  onBounced({ correlation }: Mail, owner: string | null): boolean {
    if (!isOfRemote(correlation)) return false;
    this.followers.onBounced(correlation, owner);
    this.#askers.bounced(correlation, owner);
    return true;
  }

  /** Returns the session of this node's own that has heard already; 0: none. */
  onNotify(eventId: string, holderId: string, exceptSessionId: number, frame: Uint8Array): number {
    const except = this.#askers.sessionOf(exceptSessionId);
    this.followers.notify(eventId, holderId, except, frame);
    return except === null ? exceptSessionId : 0;
  }

  turnEnded(): void {
    this.#askers.turnEnded();
  }

  tick(nowMs: number, answerTimeoutMs: number): void {
    this.#askers.forgetSince(nowMs - answerTimeoutMs);
    this.followers.tick(nowMs);
  }
}

/** Null where it says what only another release knows: no part of it is taken up. */
function mailIn(bytes: Uint8Array): Mail | null {
  try {
    const reader = new PackedReader(bytes);
    const mail = readMail(reader);
    return reader.isAtEnd ? mail : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
