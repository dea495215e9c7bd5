/** Where clients reach the node at a place. */
export function urlOf(place: number): string {
  return `ws://node-${place}/v1/live`;
}

/** Null where the address is no node's. */
export function placeOfUrl(url: string): number | null {
  const found = /^ws:\/\/node-(\d+)\//.exec(url);
  return found === null ? null : Number(found[1]);
}
