import { groups, optionNames, options, shownDefault } from './options.js';

const begin = '<!-- options: written by scripts/write-options-table.ts -->';
const end = '<!-- /options -->';

/** The option table as Markdown, a section for each group. */
export function optionsTable(): string {
  const sections = groups.map((group) => {
    const rows = optionNames
      .map((name) => options[name])
      .filter((option) => option.group === group)
      .map((option) => {
        const cells = [`\`${option.env}\``, `\`--${option.flag}\``, option.prose, shownDefault(option)];
        return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
      });
    return [`### ${group}`, '', '| variable | flag | meaning | default |', '|---|---|---|---|', ...rows].join('\n');
  });
  return sections.join('\n\n');
}

/**
 * The document with the table between its two markers brought up to date.
 * @throws Error the markers are missing
 */
export function withOptionsTable(document: string): string {
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from)
    throw new Error(`Cannot write the option table as its place is missing: expected ${begin} … ${end}`);
  return `${document.slice(0, from + begin.length)}\n\n${optionsTable()}\n\n${document.slice(to)}`;
}
