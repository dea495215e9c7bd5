import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UsageError } from '../lib/usage-error.js';
import { type Call, readCommandLine } from './command-line.js';

const calls: [argv: string[], call: Call][] = [
  [[], { kind: 'start' }],
  [['start'], { kind: 'start' }],
  [['--demo', 'off'], { kind: 'start' }],
  [['--help'], { kind: 'help' }],
  [['start', '-h'], { kind: 'help' }],
  [['--version'], { kind: 'version' }],
  [['journal', 'verify'], { kind: 'journalVerify', eventId: null }],
  [['journal', 'verify', 'e1', '--database-url=postgres://h/d'], { kind: 'journalVerify', eventId: 'e1' }],
  [['--database-url', 'postgres://h/d', 'journal', 'show', 'e1'], { kind: 'journalShow', eventId: 'e1' }],
  [['import-chart', 'hall.json'], { kind: 'importChart', file: 'hall.json', format: null }],
  [['import-chart', '-', '--format', 'pretix'], { kind: 'importChart', file: '-', format: 'pretix' }],
  [['--format=usher', 'import-chart', 'hall.json'], { kind: 'importChart', file: 'hall.json', format: 'usher' }],
  [['import-chart', '--help'], { kind: 'help' }],
  [['nodes'], { kind: 'nodes' }],
  [['nodes', '--admin-port=9091'], { kind: 'nodes' }],
  [['move', 'e1', 'node-2'], { kind: 'move', eventId: 'e1', nodeId: 'node-2' }],
  [['drain', 'node-2'], { kind: 'drain', nodeId: 'node-2' }],
  [['journal', 'show', '--', '-e1'], { kind: 'journalShow', eventId: '-e1' }],
];

describe('readCommandLine', () => {
  for (const [argv, call] of calls) {
    test(`usher ${argv.join(' ')}`, () => assert.deepEqual(readCommandLine(argv).call, call));
  }

  for (const argv of [
    ['strat'],
    ['start', 'now'],
    ['journal'],
    ['journal', 'show'],
    ['journal', 'verify', 'a', 'b'],
    ['journal', 'edit'],
    ['import-chart'],
    ['import-chart', 'a.json', 'b.json'],
    ['import-chart', 'a.json', '--format', 'dxf'],
    ['import-chart', 'a.json', '--format'],
    ['--format=usher'],
    ['nodes', 'all'],
    ['move'],
    ['move', 'e1'],
    ['move', 'e1', 'node-1', 'node-2'],
    ['drain'],
    ['drain', 'node-1', 'node-2'],
    ['journal', 'verify', '--format=pretix'],
  ]) {
    test(`usher ${argv.join(' ')} is refused in one line`, () => {
      assert.throws(
        () => readCommandLine(argv),
        (error) => error instanceof UsageError && !error.message.includes('\n'),
      );
    });
  }
});
