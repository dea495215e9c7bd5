import { parseArgs } from 'node:util';
import { StoredEvents } from './adapters/postgres.js';
import {
  checkEvidence,
  type Evidence,
  type EvidenceOptions,
  historiesOf,
  verdictText,
  violationsIn,
} from './evidence.js';
import { KeptEvents } from './evidence-file.js';
import type { Operation } from './history.js';
import { readHistory } from './history-file.js';

const help = `Checks the invariants I1 to I14 of events, by their journals, their booking tables and what clients saw of them. It shares no
code with the server.

  npm run check:history -- --database-url URL | --evidence FILE [--history FILE…] [--event ID…]

  --database-url URL   the installation's Postgres; default: DATABASE_URL
  --evidence FILE      instead of a database: journals and tables that a failed test or load run has kept
  --history FILE       what clients did and saw (docs/HISTORIES.md); may be given several times, of one clock
  --event ID           only this event; may be given several times. Default: all
  --complete           the histories tell of all commands that holders ever sent
  --tolerance MS       by how much the clients' clock may drift against the database's over the life of a hold; default: 20
  --stale MS           for so long a node that another has superseded may still refuse, and answer "my holds", by what it
                       knew last: the life of its lease; default: 0
  --json               a line of JSON for each event
  --help               this

Exit code 0: no violation; 1: one at least; 2: the check could not run.`;

/** Returns the exit code. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'database-url': { type: 'string' },
      evidence: { type: 'string' },
      history: { type: 'string', multiple: true },
      event: { type: 'string', multiple: true },
      complete: { type: 'boolean', default: false },
      tolerance: { type: 'string' },
      stale: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const databaseUrl = values['database-url'] ?? process.env['DATABASE_URL'];
  if (values.help || (databaseUrl === undefined && values.evidence === undefined)) {
    print(help);
    return values.help ? 0 : 2;
  }
  const clockToleranceMs = numberIn(values, 'tolerance');
  const staleForMs = numberIn(values, 'stale');
  const options = {
    histories: values.history === undefined ? null : await readHistories(values.history, values.event),
    ...(values.event === undefined ? {} : { eventIds: values.event }),
    isComplete: values.complete,
    ...(clockToleranceMs === null ? {} : { clockToleranceMs }),
    ...(staleForMs === null ? {} : { staleForMs }),
  };
  if (values.evidence !== undefined) return report(await KeptEvents.read(values.evidence), options, values.json);
  const events = await StoredEvents.connect(databaseUrl ?? '');
  try {
    return await report(events, options, values.json);
  } finally {
    await events.close();
  }
}

/** Null: it was not given. */
function numberIn<Name extends string>(
  values: { readonly [N in Name]?: string | undefined },
  name: Name,
): number | null {
  const text = values[name];
  if (text === undefined) return null;
  const number = Number(text);
  if (Number.isNaN(number)) throw new Error(`--${name} is no number: ${text}`);
  return number;
}

/** Returns the exit code. */
async function report(evidence: Evidence, options: EvidenceOptions, asJson: boolean): Promise<number> {
  let events = 0;
  let violations = 0;
  for await (const verdict of checkEvidence(evidence, options)) {
    events += 1;
    violations += violationsIn(verdict);
    print(asJson ? JSON.stringify(verdict) : verdictText(verdict));
  }
  if (!asJson) print(`${events} events, ${violations} violations`);
  return violations === 0 ? 0 : 1;
}

async function readHistories(
  paths: readonly string[],
  eventIds: readonly string[] | undefined,
): Promise<Map<string, Operation[]>> {
  const operations: Operation[] = [];
  for (const path of paths) {
    for await (const operation of readHistory(path)) {
      if (eventIds?.includes(operation.eventId) !== false) operations.push(operation);
    }
  }
  return historiesOf(operations);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`check:history: Cannot check: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
