/** The token of an `Authorization` header. RFC 6750: the scheme's case does not matter. Empty where it has another scheme. */
export function bearerOf(authorization: string): string {
  return authorization.slice(0, 7).toLowerCase() === 'bearer ' ? authorization.slice(7).trim() : '';
}
