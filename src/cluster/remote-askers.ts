import type { Correlation, Mail } from '../actor/mail.js';
import type { PeerLink } from './peer-link.js';

/** Bit 29 alone of the upper three: none of the gateway's (gateway/pending-*.ts), nor the operators'. */
const remoteBit = 0x2000_0000;
const counterMask = 0x1fff_ffff;

/** Whether the answer belongs to another node's request. */
export function isOfRemote(correlation: Correlation): boolean {
  return correlation >>> 29 === 1;
}

/** Requests of all other nodes that are under way here. */
const askedMax = 262_144;

interface Asker {
  readonly node: string;
  readonly correlation: Correlation;
  readonly sessionId: number;
  readonly sinceMs: number;
}

/**
 * Other nodes' requests for events of this one, on their way through its shards: under correlations of this node's, as theirs
 * may be the same as ours.
 */
export class RemoteAskers {
  readonly #asked = new Map<Correlation, Asker>();
  /** Answered in this turn: a notice that leaves a session out may follow its answer. */
  readonly #settled = new Map<Correlation, Asker>();
  #last = 0;

  constructor(private readonly link: PeerLink) {}

  get count(): number {
    return this.#asked.size;
  }

  get isFull(): boolean {
    return this.#asked.size >= askedMax;
  }

  /** The mail as this node's shards take it. Its session is named by the correlation, as the asker's sessions are not ours. */
  admit(node: string, mail: Mail, nowMs: number): Mail {
    const correlation = this.newCorrelation();
    const sessionId = mail.kind === 'command' ? mail.sessionId : 0;
    this.#asked.set(correlation, { node, correlation: mail.correlation, sessionId, sinceMs: nowMs });
    return mail.kind === 'command' ? { ...mail, correlation, sessionId: correlation } : { ...mail, correlation };
  }

  newCorrelation(): Correlation {
    do {
      this.#last = (this.#last + 1) & counterMask;
    } while (this.#asked.has(this.#last | remoteBit));
    return this.#last | remoteBit;
  }

  /** Frame 4 or 5, or the snapshot that was asked for. Nothing happens where the request was given up. */
  answered(correlation: Correlation, kind: 'answer' | 'snapshot', frame: Uint8Array): void {
    const asker = this.#take(correlation);
    if (asker === undefined) return;
    this.#settled.set(correlation, asker);
    this.link.tell(asker.node, { kind, correlation: asker.correlation, frame });
  }

  bounced(correlation: Correlation, owner: string | null): void {
    const asker = this.#take(correlation);
    if (asker !== undefined) this.link.tell(asker.node, { kind: 'bounced', correlation: asker.correlation, owner });
  }

  /** Whose session a notice leaves out: the node and its session, or null where it is none of another node's. */
  sessionOf(sessionId: number): { readonly node: string; readonly sessionId: number } | null {
    if (!isOfRemote(sessionId)) return null;
    const asker = this.#settled.get(sessionId) ?? this.#asked.get(sessionId);
    return asker === undefined ? { node: '', sessionId: 0 } : { node: asker.node, sessionId: asker.sessionId };
  }

  turnEnded(): void {
    this.#settled.clear();
  }

  /** Forgets what has waited since then or longer: its asker was told `unavailable`. */
  forgetSince(sinceMs: number): void {
    for (const [correlation, asker] of this.#asked) {
      if (asker.sinceMs > sinceMs) break;
      this.#asked.delete(correlation);
    }
  }

  #take(correlation: Correlation): Asker | undefined {
    const asker = this.#asked.get(correlation);
    if (asker !== undefined) this.#asked.delete(correlation);
    return asker;
  }
}
