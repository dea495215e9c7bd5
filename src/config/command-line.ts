import { parseArgs } from 'node:util';
import { UsageError } from '../lib/usage-error.js';
import { nearest } from './nearest.js';
import { optionNames, options, type OptionName } from './options.js';

/** What a call of `usher` asks for. */
export type Call =
  | { readonly kind: 'start' }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  /** null: every event. */
  | { readonly kind: 'journalVerify'; readonly eventId: string | null }
  | { readonly kind: 'journalShow'; readonly eventId: string }
  /** `-` is the standard input. A format of null is found out from the document. */
  | { readonly kind: 'importChart'; readonly file: string; readonly format: 'usher' | 'pretix' | null }
  | { readonly kind: 'nodes' }
  | { readonly kind: 'move'; readonly eventId: string; readonly nodeId: string }
  | { readonly kind: 'drain'; readonly nodeId: string };

export interface CommandLine {
  readonly call: Call;
  readonly flags: ReadonlyMap<OptionName, string>;
}

const nameOfFlag = new Map<string, OptionName>(optionNames.map((name) => [options[name].flag, name]));

/** @throws UsageError an unknown flag or command, or a flag without its value */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean' },
      format: { type: 'string' },
      ...Object.fromEntries([...nameOfFlag.keys()].map((flag) => [flag, { type: 'string' as const }])),
    },
  });

  const flags = new Map<OptionName, string>();
  const words: string[] = [];
  let format: string | null = null;
  let asked: 'help' | 'version' | null = null;
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    if (token.name === 'help' || token.name === 'version') {
      asked ??= token.name;
      continue;
    }
    const name = nameOfFlag.get(token.name);
    if (name === undefined && token.name !== 'format') throw new UsageError(unknownFlag(token.rawName));
    if (token.value === undefined || (!token.inlineValue && token.value.startsWith('-'))) {
      throw new UsageError(`Cannot read ${token.rawName} as its value is missing: write ${token.rawName}=<value>`);
    }
    if (name === undefined) format = token.value;
    else flags.set(name, token.value);
  }
  return { call: asked === null ? callOf(words, format) : { kind: asked }, flags };
}

function callOf(words: readonly string[], format: string | null): Call {
  const [first, second, eventId] = words;
  if (first === 'import-chart') return importChartCall(words, format);
  if (format !== null) throw new UsageError('Cannot use --format here as it belongs to usher import-chart');
  if (first === undefined || (first === 'start' && words.length === 1)) return { kind: 'start' };
  if (first === 'journal' && second === 'verify' && words.length <= 3) {
    return { kind: 'journalVerify', eventId: eventId ?? null };
  }
  if (first === 'journal' && second === 'show' && words.length <= 3) {
    if (eventId === undefined)
      throw new UsageError('Cannot show a journal as the event is not named: usher journal show <eventId>');
    return { kind: 'journalShow', eventId };
  }
  const operatorCall = operatorCallOf(words);
  if (operatorCall !== null) return operatorCall;
  throw new UsageError(`Cannot run "usher ${words.join(' ')}" as there is no such command: usher --help lists them`);
}

/** What a running node is asked to do. Null: something else. */
function operatorCallOf([first, ...named]: readonly string[]): Call | null {
  const [one, two] = named;
  switch (first) {
    case 'nodes':
      return named.length === 0 ? { kind: 'nodes' } : null;
    case 'move':
      if (one === undefined || two === undefined || named.length > 2)
        throw new UsageError(
          'Cannot move an event as not one event and one node are named: usher move <eventId> <nodeId>',
        );
      return { kind: 'move', eventId: one, nodeId: two };
    case 'drain':
      if (one === undefined || named.length > 1)
        throw new UsageError('Cannot drain a node as not one is named: usher drain <nodeId>');
      return { kind: 'drain', nodeId: one };
    default:
      return null;
  }
}

function importChartCall([, file, ...more]: readonly string[], format: string | null): Call {
  if (file === undefined || more.length > 0) {
    throw new UsageError(
      'Cannot import a chart as not one file is named: usher import-chart <file> [--format usher|pretix]',
    );
  }
  if (format !== null && format !== 'usher' && format !== 'pretix') {
    throw new UsageError(`Cannot import a chart as there is no such format: ${format}; write usher or pretix`);
  }
  return { kind: 'importChart', file, format };
}

function unknownFlag(rawName: string): string {
  const guess = rawName.startsWith('--')
    ? nearest(rawName.slice(2), [...nameOfFlag.keys(), 'help', 'version', 'format'])
    : null;
  const advice = guess === null ? 'usher --help lists them' : `did you mean --${guess}?`;
  return `Cannot read ${rawName} as there is no such option: ${advice}`;
}
