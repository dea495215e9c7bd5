import type { ConnectionState, UsherClient } from '../client/client.js';
import { byId } from './dom.js';

type Badge = 'connecting' | 'live' | 'reconnecting' | 'resumed' | 'closed';

const words: Readonly<Record<Badge, string>> = {
  connecting: 'Connecting…',
  live: 'Live',
  reconnecting: 'Reconnecting…',
  resumed: 'Resumed',
  closed: 'Disconnected',
};
const closedWords = {
  notOpened: words.connecting,
  done: words.closed,
  forbidden: 'Disconnected: not allowed',
  replaced: 'Disconnected: open in too many windows',
} as const;
const resumedShownMs = 4_000;

/** Says whether the map is live, and lets it be made so. */
export function showConnection(client: UsherClient): void {
  const badge = byId('connection-state', HTMLParagraphElement);
  const reconnect = byId('reconnect', HTMLButtonElement);
  let wasLive = false;
  let calmDown: number | undefined;

  const show = (state: Badge, text = words[state]) => {
    badge.dataset['state'] = state;
    badge.textContent = text;
  };
  byId('connection', HTMLDivElement).hidden = false;
  client.onConnectionState((state) => {
    window.clearTimeout(calmDown);
    reconnect.hidden = state.kind !== 'closed' || state.reason === 'notOpened';
    if (state.kind === 'closed') return show('closed', closedWords[state.reason]);
    const now = badgeOf(state, wasLive);
    show(now);
    if (now === 'resumed') calmDown = window.setTimeout(() => show('live'), resumedShownMs);
    wasLive ||= state.kind === 'live';
  });

  reconnect.addEventListener('click', () => client.reconnect());
  window.addEventListener('online', () => client.reconnect());
  document.addEventListener('visibilitychange', () => {
    const { connectionState } = client;
    if (document.visibilityState === 'visible' && connectionState.kind !== 'closed') client.reconnect();
  });
}

function badgeOf(state: ConnectionState, wasLive: boolean): Badge {
  if (state.kind === 'live') return wasLive ? 'resumed' : 'live';
  return wasLive ? 'reconnecting' : 'connecting';
}
