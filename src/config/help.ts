import { groups, optionNames, options, shownDefault } from './options.js';

const commands = [
  ['usher [start]', 'Runs the server.'],
  [
    'usher journal verify [eventId]',
    'Checks the journal of one event, or of all: order, epochs, checksums, and that the tables equal it.',
  ],
  ['usher journal show <eventId>', 'Prints the changes of an event, one a line.'],
  [
    'usher import-chart <file> [--format usher|pretix]',
    'Makes a chart of a file, or of the standard input where the file is -, and prints its id. Both formats are JSON; the format is found out from the file where it is not given.',
  ],
  [
    'usher nodes',
    'Lists the nodes of the running server: address, life of the lease, events, shards, version, whether it drains. This and the next two ask over the admin port (USHER_ADMIN_HOST, USHER_ADMIN_PORT, USHER_ADMIN_TOKEN); any node may be asked.',
  ],
  ['usher move <eventId> <nodeId>', 'Gives an event to another node, and returns once that node has it.'],
  [
    'usher drain <nodeId>',
    'Has a node give its events to the others. It stays up and takes no new ones until it is started again.',
  ],
  ['usher --help', 'Prints this.'],
  ['usher --version', 'Prints the version.'],
] as const;

/** The text of `usher --help`. No line is longer than `widthMax` characters. */
export function helpText(widthMax = 100): string {
  const lines = ['Usher sells seats and standing places in real time.', '', 'Commands'];
  for (const [command, prose] of commands) lines.push(...entry(command, prose, widthMax));
  lines.push(
    '',
    ...wrap(
      'Each option is a flag or an environment variable; the flag wins, an empty variable counts as unset.',
      widthMax,
    ),
  );
  for (const group of groups) {
    lines.push('', group);
    for (const name of optionNames) {
      const option = options[name];
      if (option.group !== group) continue;
      const heading = `--${option.flag} ${option.value.placeholder}  (${option.env})`;
      lines.push(...entry(heading, `${option.prose} Default: ${shownDefault(option)}.`, widthMax));
    }
  }
  return `${lines.join('\n')}\n`;
}

function entry(heading: string, prose: string, widthMax: number): string[] {
  return [`  ${heading}`, ...wrap(prose, widthMax - 6).map((line) => `      ${line}`)];
}

function wrap(prose: string, widthMax: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of prose.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > widthMax) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
