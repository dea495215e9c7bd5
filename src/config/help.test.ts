import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { helpText } from './help.js';
import { optionNames, options, shownDefault } from './options.js';
import { optionsTable, withOptionsTable } from './options-table.js';

describe('--help', () => {
  test('has every option with its variable, and every command', () => {
    const help = helpText();
    for (const name of optionNames)
      assert.ok(help.includes(`--${options[name].flag} ${options[name].value.placeholder}  (${options[name].env})`));
    for (const command of [
      'usher [start]',
      'usher journal verify [eventId]',
      'usher journal show <eventId>',
      'usher import-chart <file> [--format usher|pretix]',
      'usher nodes',
      'usher move <eventId> <nodeId>',
      'usher drain <nodeId>',
      '--version',
    ]) {
      assert.ok(help.includes(command), command);
    }
  });

  test('has every default', () => {
    const flat = helpText().replaceAll(/\s+/g, ' ');
    for (const name of optionNames) assert.ok(flat.includes(`Default: ${shownDefault(options[name])}.`), name);
  });

  test('keeps to the width, and says the same at every width', () => {
    for (const width of [60, 80, 100]) {
      const help = helpText(width);
      for (const line of help.split('\n')) assert.ok(line.length <= width || line.startsWith('  --'), line);
      assert.equal(help.replaceAll(/\s+/g, ' '), helpText().replaceAll(/\s+/g, ' '));
    }
  });
});

describe('the table in docs/OPERATING.md', () => {
  const path = new URL('../../../docs/OPERATING.md', import.meta.url);

  test('is the option table: run node dist/scripts/write-options-table.js', () => {
    const document = readFileSync(path, 'utf8');
    assert.equal(document, withOptionsTable(document));
  });

  test('has a row for every option', () => {
    for (const name of optionNames)
      assert.ok(optionsTable().includes(`| \`${options[name].env}\` | \`--${options[name].flag}\` |`));
  });

  test('has a place, or it is an error', () => {
    assert.throws(() => withOptionsTable('nothing here'), /its place is missing/);
  });
});
