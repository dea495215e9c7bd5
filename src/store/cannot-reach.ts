import { UsageError } from '../lib/usage-error.js';

/** Errors of the network and of sign-in, and what the operator can do about them. */
const causes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: start Postgres, or correct DATABASE_URL',
  ENOENT: 'nothing listens there: start Postgres, or correct DATABASE_URL',
  ENOTFOUND: 'there is no host of that name: correct DATABASE_URL',
  EAI_AGAIN: 'names cannot be looked up now: check the network, or use an IP address in DATABASE_URL',
  EHOSTUNREACH: 'the host cannot be reached: check network and firewall',
  ENETUNREACH: 'the host cannot be reached: check network and firewall',
  ETIMEDOUT: 'it does not answer: check network and firewall',
  ECONNRESET: 'it hung up: check that it is a Postgres and takes connections of this kind',
  '28P01': 'user or password is wrong: correct DATABASE_URL',
  '28000': 'it does not let this user in from here: correct DATABASE_URL or its pg_hba.conf',
  '3D000': 'it has no such database: create it, or correct DATABASE_URL',
  '42501': 'its user may not do what is needed: make that user its owner',
  '55P03': 'another node has been migrating it for minutes: see what that one waits for',
  '53300': 'it has no free connection: raise its max_connections',
  '57P03': 'it is starting or shutting down: try again in a moment',
};

/** One line for the operator. The address is shown without user and password. */
export function cannotReach(url: string, error: unknown): UsageError {
  return new UsageError(`Cannot use Postgres at ${placeOf(url)} as ${causeOf(error)}`, { cause: error });
}

/** Whether the operator can do something about it. Anything else that a statement meets is a fault of ours. */
export function hasKnownCause(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code) in causes;
}

function causeOf(error: unknown): string {
  // Several addresses of one host: the first stands for all.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (!(first instanceof Error)) return String(first);
  const known = 'code' in first ? causes[String(first.code)] : undefined;
  if (known !== undefined) return known;
  // pg's own time-out, which has no code.
  if (first.message === 'timeout expired') return 'it does not answer: check network and firewall';
  return first.message.split('\n')[0] ?? '';
}

function placeOf(url: string): string {
  if (!URL.canParse(url)) return 'DATABASE_URL';
  const { host, pathname, searchParams } = new URL(url);
  return `${searchParams.get('host') ?? host}${pathname}`;
}
