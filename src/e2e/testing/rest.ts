export interface Request {
  readonly token?: string;
  /** `Idempotency-Key` */
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** As JSON where it is JSON, else the text. */
  readonly body: unknown;
}

/** One HTTP request as the protocol page, section 5, has them. */
export async function request(method: string, url: string, given: Request = {}): Promise<Reply> {
  const headers: Record<string, string> = { ...given.headers };
  if (given.token !== undefined) headers['authorization'] = `Bearer ${given.token}`;
  if (given.key !== undefined) headers['idempotency-key'] = given.key;
  if (given.body !== undefined) headers['content-type'] = 'application/json';
  const response = await fetch(url, {
    method,
    headers,
    ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson ? (JSON.parse(text) as unknown) : text };
}
