import { parseArgs } from 'node:util';
import { UsageError } from '../src/lib/usage-error.js';

export type Option =
  | {
      readonly kind: 'number';
      readonly prose: string;
      readonly default: number;
      readonly min: number;
      readonly max: number;
    }
  | { readonly kind: 'text'; readonly prose: string; readonly default: string }
  | { readonly kind: 'flag'; readonly prose: string };

export type OptionTable = Readonly<Record<string, Option>>;

export type Values<T extends OptionTable> = {
  readonly [K in keyof T]: T[K]['kind'] extends 'number' ? number : T[K]['kind'] extends 'flag' ? boolean : string;
};

/** What every run against a running server takes. */
export const targetOptions = {
  web: { kind: 'text', prose: 'the web port', default: 'http://127.0.0.1:8080' },
  live: { kind: 'text', prose: 'the live port', default: 'ws://127.0.0.1:8081' },
  token: { kind: 'text', prose: 'admin token; else from USHER_ADMIN_TOKEN', default: '' },
  pid: {
    kind: 'number',
    prose: "the server's process id: its processor time is read too",
    default: 0,
    min: 0,
    max: 2 ** 31,
  },
  json: { kind: 'flag', prose: 'print one JSON object instead of a table' },
} as const satisfies OptionTable;

/**
 * Reads the command line by the table; null where help was asked for and is printed.
 * @throws UsageError
 */
export function readOptions<T extends OptionTable>(usage: string, table: T, args: readonly string[]): Values<T> | null {
  const known: Record<string, { type: 'string' | 'boolean' }> = { help: { type: 'boolean' } };
  for (const [name, option] of Object.entries(table))
    known[name] = { type: option.kind === 'flag' ? 'boolean' : 'string' };
  const given = parse(args, known);
  if (given['help'] === true) {
    console.log(help(usage, table));
    return null;
  }
  const values = Object.entries(table).map(([name, option]) => [name, valueOf(name, option, given[name])]);
  return Object.fromEntries(values) as Values<T>;
}

function parse(
  args: readonly string[],
  options: Record<string, { type: 'string' | 'boolean' }>,
): Readonly<Record<string, string | boolean | undefined>> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ')[0]}; --help lists the options`);
  }
}

function valueOf(name: string, option: Option, given: string | boolean | undefined): number | string | boolean {
  if (option.kind === 'flag') return given === true;
  if (given === undefined) return option.default;
  if (option.kind === 'text') return String(given);
  const value = Number(given);
  if (!Number.isInteger(value) || value < option.min || value > option.max) {
    throw new UsageError(`--${name} must be a whole number from ${option.min} to ${option.max}: it is "${given}"`);
  }
  return value;
}

function help(usage: string, table: OptionTable): string {
  const lines = Object.entries(table).map(([name, option]) => {
    const value = option.kind === 'flag' || option.default === '' ? '' : ` (${option.default})`;
    return `  --${name.padEnd(20)} ${option.prose}${value}`;
  });
  return [usage, '', ...lines].join('\n');
}
