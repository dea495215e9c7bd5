/** Which sites' pages may use the live port. Browsers send `Origin`; everything else may leave it out. */
export class Origins {
  readonly #allowed: ReadonlySet<string>;

  /** @param allowed origins as browsers send them; none: the hostname that the request itself was sent to, any port */
  constructor(allowed: readonly string[]) {
    this.#allowed = new Set(allowed);
  }

  allows(origin: string, host: string): boolean {
    if (this.#allowed.size > 0) return this.#allowed.has(origin);
    const ours = hostnameOf(`http://${host}`);
    return ours !== null && hostnameOf(origin) === ours;
  }
}

/** Null where it is no address of a site: the `Origin` of sandboxed pages and of files is the word `null`. */
function hostnameOf(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const { protocol, hostname } = new URL(address);
  return (protocol === 'http:' || protocol === 'https:') && hostname !== '' ? hostname : null;
}
