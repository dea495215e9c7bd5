import { UsageError } from '../lib/usage-error.js';
import { readCommandLine } from './command-line.js';
import { usableCores } from './cores.js';
import { slipsBetween } from './nearest.js';
import { optionNames, options, type Option, type OptionName, type OptionValues } from './options.js';

/** What the operator set, and the defaults of the rest. Plain data: worker threads get a copy. */
export interface Configuration extends Omit<OptionValues, 'shards' | 'demo'> {
  readonly shards: number;
  readonly demo: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the options: a flag wins over its environment variable, an empty variable counts as unset.
 * @throws UsageError an unknown flag, a value that its option does not take, options that contradict each other
 */
export function loadConfiguration(argv: readonly string[], environment: Environment): Configuration {
  const { flags } = readCommandLine(argv);
  refuseMisspelled(environment);
  const entries = optionNames.map((name) => [name, readOption(options[name], flags.get(name), environment)] as const);
  // Each value comes from its option's own type, a relation that `fromEntries` cannot express.
  const values = Object.fromEntries<unknown>(entries) as unknown as OptionValues;

  const { shards, demo, ...rest } = values;
  refuseLonelyCluster(values);
  refuseSharedPorts(values);
  return {
    ...rest,
    shards: shards ?? Math.max(1, usableCores() - 1),
    demo: demo ?? values.databaseUrl === null,
  };
}

function readOption(option: Option<unknown>, flag: string | undefined, environment: Environment): unknown {
  const text = flag ?? environment[option.env] ?? '';
  if (text === '' && flag === undefined) return option.default;
  const read = option.value.type.safeParse(text);
  if (read.success) return read.data;
  const source = flag === undefined ? option.env : `--${option.flag}`;
  const shown = option.secret ? '' : `: value is ${JSON.stringify(text)}`;
  throw new UsageError(`Cannot use ${source} as it must be ${option.value.takes}${shown}`);
}

/** A setting that is ignored for one wrong letter costs more than a start that fails. Names further off may be others'. */
function refuseMisspelled(environment: Environment): void {
  const known = new Set(optionNames.map((name) => options[name].env));
  for (const name of Object.keys(environment)) {
    if (!name.startsWith('USHER_') || known.has(name)) continue;
    const meant = [...known].find((other) => slipsBetween(name, other) === 1);
    if (meant !== undefined)
      throw new UsageError(`Cannot use ${name} as there is no such option: did you mean ${meant}?`);
  }
}

function refuseLonelyCluster({ redisUrl, databaseUrl }: OptionValues): void {
  if (redisUrl === null || databaseUrl !== null) return;
  throw new UsageError(
    'Cannot start a cluster on the embedded Postgres as no other node reaches it: set DATABASE_URL to one that all nodes share, or unset REDIS_URL',
  );
}

function refuseSharedPorts(values: OptionValues): void {
  const ports = ['webPort', 'livePort', 'adminPort', 'embeddedPostgresPort'] as const satisfies readonly OptionName[];
  for (const [index, name] of ports.entries()) {
    const twin = ports.slice(index + 1).find((other) => values[other] !== 0 && values[other] === values[name]);
    if (twin === undefined) continue;
    throw new UsageError(
      `Cannot start as two ports are the same: set ${options[name].env} or ${options[twin].env} to another than ${values[name]}`,
    );
  }
}
