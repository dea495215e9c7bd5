/** Where the protocol page puts the socket. */
const livePath = '/v1/live';

export interface LiveAddress {
  /** `ws://tickets.example:8081/v1/live` */
  readonly socketUrl: string;
  /** `ws://tickets.example:8081`, `http://tickets.example:8081`: what a page must be allowed to connect to. */
  readonly origins: readonly [socket: string, http: string];
}

export interface LiveAddressOptions {
  /** What the operator says: `wss://live.example`, or the same as `https://`. */
  readonly publicLiveUrl: string | null;
  /** The port that the gateway listens on. */
  readonly livePort: number;
  /** Where a request does not say what it was sent to. */
  readonly fallbackHost: string;
}

/** The `Host` header, which goes into what we answer: a name or an address and perhaps a port, nothing else. */
const hostShape = /^(?<hostname>[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/** The live port's address as the sender of a request can reach it: the same host, unless the operator says otherwise. */
export function liveAddress(options: LiveAddressOptions, hostHeader: string, isEncrypted: boolean): LiveAddress {
  const { publicLiveUrl, livePort, fallbackHost } = options;
  if (publicLiveUrl !== null) return addressOf(new URL(publicLiveUrl));
  const on = (hostname: string): string => `${isEncrypted ? 'wss' : 'ws'}://${hostname}:${livePort}`;
  const hostname = hostShape.exec(hostHeader)?.groups?.['hostname'];
  const isUsable = hostname !== undefined && URL.canParse(on(hostname));
  return addressOf(new URL(on(isUsable ? hostname : bracketed(fallbackHost))));
}

function addressOf({ protocol, host, pathname }: URL): LiveAddress {
  const isEncrypted = protocol === 'wss:' || protocol === 'https:';
  const socket = `${isEncrypted ? 'wss' : 'ws'}://${host}`;
  const http = `${isEncrypted ? 'https' : 'http'}://${host}`;
  const prefix = pathname.replace(/\/+$/, '');
  return { socketUrl: `${socket}${prefix.endsWith(livePath) ? prefix : prefix + livePath}`, origins: [socket, http] };
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
