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
