import { isIP } from 'node:net';
import { z } from 'zod';
import { readRedisAddress, redisAddressForms, type RedisAddress } from './redis-address.js';

/** How the text of an environment variable or flag becomes a value. */
export interface Value<T> {
  readonly type: z.ZodType<T, string>;
  /** Completes "as it must be …". */
  readonly takes: string;
  /** Stands for the value in `--help`: `<port>`. */
  readonly placeholder: string;
}

export function wholeNumber(min: number, max: number, placeholder: string): Value<number> {
  return {
    type: z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(min).max(max)),
    takes: `a whole number from ${min} to ${max}`,
    placeholder,
  };
}

export const port = wholeNumber(0, 65_535, '<port>');

export const onOff: Value<boolean> = {
  type: readBy((given) => (given === 'on' ? true : given === 'off' ? false : undefined)),
  takes: '`on` or `off`',
  placeholder: 'on|off',
};

export function oneOf<const T extends string>(words: readonly T[]): Value<T> {
  return {
    type: readBy((given) => words.find((word) => word === given)),
    takes: `one of ${words.map((word) => `\`${word}\``).join(', ')}`,
    placeholder: words.join('|'),
  };
}

export function text(shape: RegExp, takes: string, placeholder: string): Value<string> {
  return { type: z.string().regex(shape), takes, placeholder };
}

/** Absolute, of one of the schemes (`ws:`), without credentials, query and fragment; written without a slash at the end. */
export function url(schemes: readonly string[], placeholder: string): Value<string> {
  return {
    type: readBy((given) => {
      if (!URL.canParse(given)) return undefined;
      const parsed = new URL(given);
      if (!schemes.includes(parsed.protocol) || parsed.host === '') return undefined;
      if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '')
        return undefined;
      return parsed.href.replace(/\/+$/, '');
    }),
    takes: `an address that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
    placeholder,
  };
}

/** `https://a.example, https://b.example:8443`: scheme, host and port, as browsers send them in `Origin`. */
export const origins: Value<readonly string[]> = {
  type: listOf((item) => {
    if (!URL.canParse(item)) return undefined;
    const { origin, href } = new URL(item);
    return origin !== 'null' && href === `${origin}/` ? origin : undefined;
  }),
  takes: 'a comma-separated list of origins like https://tickets.example',
  placeholder: '<origin,…>',
};

/** `10.0.0.7, 10.1.0.0/16, fd00::/8` */
export const addresses: Value<readonly string[]> = {
  type: listOf((item) => {
    const [address = '', bits, ...rest] = item.split('/');
    const version = isIP(address);
    // A zone, as in fe80::1%eth0, has no meaning for whoever only compares addresses.
    if (version === 0 || address.includes('%') || rest.length > 0) return undefined;
    const bitsMax = version === 4 ? 32 : 128;
    return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax) ? item : undefined;
  }),
  takes: 'a comma-separated list of IP addresses or networks like 10.1.0.0/16',
  placeholder: '<address,…>',
};

export const redisAddress: Value<RedisAddress> = {
  type: readBy(readRedisAddress),
  takes: `an address like ${redisAddressForms}`,
  placeholder: '<url>',
};

/** `undefined` from `read` refuses the text. */
function readBy<T>(read: (given: string) => T | undefined): z.ZodType<T, string> {
  return z.string().transform((given, context) => {
    const value = read(given);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: 'not of the shape that the option takes' });
    return z.NEVER;
  });
}

function listOf(readItem: (item: string) => string | undefined): z.ZodType<readonly string[], string> {
  return readBy((given) => {
    const items = given.split(',').flatMap((item) => (item.trim() === '' ? [] : [readItem(item.trim())]));
    return items.every((item) => item !== undefined) ? items : undefined;
  });
}
