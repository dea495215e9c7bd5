import { BlockList, isIP } from 'node:net';

/** As text, in one form only, from the 4 or 16 bytes that a socket has. IPv4 in IPv6 (`::ffff:1.2.3.4`) becomes IPv4. */
export function addressFromBytes(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return textOf(Array.from({ length: bytes.length / 2 }, (_, group) => view.getUint16(group * 2)));
}

/** As `addressFromBytes`, from what a header says; a port and brackets are dropped. Null where it is no address. */
export function addressFromText(given: string): string | null {
  const bare = withoutPort(given.trim());
  switch (isIP(bare)) {
    case 4:
      return bare;
    case 6:
      return textOf(groupsOf(bare));
    default:
      return null;
  }
}

/**
 * What limits count by: an IPv4 address, or the first 64 bits of an IPv6 one, which is the least that a subscriber is given
 * (RFC 6177).
 */
export function addressGroup(address: string): string {
  if (!address.includes(':')) return address;
  return `${address.split(':', 4).join(':')}::/64`;
}

/** Whose word about a client's address counts. */
export class TrustedProxies {
  readonly #trusted = new BlockList();

  /** @param list addresses and networks, of the shape that config/ has checked: `10.0.0.7`, `10.1.0.0/16`, `fd00::/8` */
  constructor(list: readonly string[]) {
    for (const item of list) {
      const [address = '', bits] = item.split('/');
      const family = familyOf(address);
      if (bits === undefined) this.#trusted.addAddress(address, family);
      else this.#trusted.addSubnet(address, Number(bits), family);
    }
  }

  has(address: string): boolean {
    return this.#trusted.check(address, familyOf(address));
  }

  /**
   * The client behind the proxies: `X-Forwarded-For` read from its end, each entry said by the one behind it, up to the
   * first that is not trusted. Whatever stands before that anybody may have written.
   */
  clientOf(peer: string, forwardedFor: string): string {
    let client = peer;
    for (const hop of forwardedFor.split(',').toReversed()) {
      const next = this.has(client) ? addressFromText(hop) : null;
      if (next === null) break;
      client = next;
    }
    return client;
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

function withoutPort(text: string): string {
  if (text.startsWith('[')) return text.slice(1, Math.max(1, text.indexOf(']')));
  const colon = text.indexOf(':');
  return colon !== -1 && colon === text.lastIndexOf(':') ? text.slice(0, colon) : text;
}

/** The eight groups of an IPv6 address that `isIP` has accepted. */
function groupsOf(text: string): number[] {
  const [address = ''] = text.split('%');
  const [head = '', tail] = address.split('::');
  const front = groupsOfPart(head);
  if (tail === undefined) return front;
  const back = groupsOfPart(tail);
  return [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back];
}

function groupsOfPart(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function textOf(groups: readonly number[]): string {
  const isMappedIpv4 = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  if (!isMappedIpv4) return groups.map((group) => group.toString(16)).join(':');
  const [high = 0, low = 0] = groups.slice(6);
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}
