#!/usr/bin/env node
import { readCommandLine } from './config/command-line.js';
import { helpText } from './config/help.js';
import { loadConfiguration } from './config/load.js';
import { UsageError } from './lib/usage-error.js';
import { runImportChartCommand } from './node/import-chart-command.js';
import { runJournalCommand } from './node/journal-command.js';
import { runOperatorCommand } from './node/operator-command.js';
import { serve } from './node/serve.js';
import { versionOf } from './config/version.js';

/** The command line: what stands behind each call is in config/help.ts. Returns the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const { call } = readCommandLine(argv);
  switch (call.kind) {
    case 'help':
      process.stdout.write(helpText());
      return 0;
    case 'version':
      process.stdout.write(`${versionOf()}\n`);
      return 0;
    case 'journalVerify':
    case 'journalShow':
      return runJournalCommand(call, loadConfiguration(argv, process.env));
    case 'importChart':
      return runImportChartCommand(call, loadConfiguration(argv, process.env));
    case 'nodes':
    case 'move':
    case 'drain':
      return runOperatorCommand(call, loadConfiguration(argv, process.env));
    case 'start':
      return serve(loadConfiguration(argv, process.env));
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(
    error instanceof UsageError ? `usher: ${error.message}\n` : `usher: ${String((error as Error).stack ?? error)}\n`,
  );
  process.exitCode = 1;
}
