import { parseArgs } from 'node:util';
import { StoredEvents } from './adapters/postgres.js';
import { type CheckOptions, EventCheck, type Verdict } from './check.js';
import type { Operation } from './history.js';
import { readHistory } from './history-file.js';

const help = `Checks the invariants I1 to I14 of events, by their journals, their booking tables and what clients saw of them. It shares no
code with the server.

  npm run check:history -- --database-url URL [--history FILE…] [--event ID…]

  --database-url URL   the installation's Postgres; default: DATABASE_URL
  --history FILE       what clients did and saw (docs/HISTORIES.md); may be given several times, of one clock
  --event ID           only this event; may be given several times. Default: all
  --complete           the histories tell of all commands that holders ever sent
  --tolerance MS       by how much the clients' clock may drift against the database's over the life of a hold; default: 20
  --json               a line of JSON for each event
  --help               this

Exit code 0: no violation; 1: one at least; 2: the check could not run.`;

/** Returns the exit code. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'database-url': { type: 'string' },
      history: { type: 'string', multiple: true },
      event: { type: 'string', multiple: true },
      complete: { type: 'boolean', default: false },
      tolerance: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const databaseUrl = values['database-url'] ?? process.env['DATABASE_URL'];
  if (values.help || databaseUrl === undefined) {
    print(help);
    return values.help ? 0 : 2;
  }
  const toleranceMs = values.tolerance === undefined ? null : Number(values.tolerance);
  if (Number.isNaN(toleranceMs)) throw new Error(`--tolerance is no number: ${values.tolerance}`);

  const histories = values.history === undefined ? null : await readHistories(values.history, values.event);
  const events = await StoredEvents.connect(databaseUrl);
  try {
    const eventIds = values.event ?? [...new Set([...(await events.eventIds()), ...(histories?.keys() ?? [])])];
    let violations = 0;
    for (const eventId of eventIds) {
      const verdict = await checkStored(events, eventId, {
        operations: histories === null ? null : (histories.get(eventId) ?? []),
        isComplete: values.complete,
        ...(toleranceMs === null ? {} : { clockToleranceMs: toleranceMs }),
      });
      violations += verdict.violations.length + verdict.leftOut;
      print(values.json ? JSON.stringify(verdict) : verdictText(verdict));
    }
    if (!values.json) print(`${eventIds.length} events, ${violations} violations`);
    return violations === 0 ? 0 : 1;
  } finally {
    await events.close();
  }
}

async function readHistories(
  paths: readonly string[],
  eventIds: readonly string[] | undefined,
): Promise<Map<string, Operation[]>> {
  const histories = new Map<string, Operation[]>();
  for (const path of paths) {
    for await (const operation of readHistory(path)) {
      const { eventId } = operation;
      if (eventIds?.includes(eventId) === false) continue;
      const operations = histories.get(eventId);
      if (operations === undefined) histories.set(eventId, [operation]);
      else operations.push(operation);
    }
  }
  return histories;
}

async function checkStored(events: StoredEvents, eventId: string, options: CheckOptions): Promise<Verdict> {
  return events.withEvent(eventId, async (stored) => {
    const check = new EventCheck(eventId, options);
    for await (const row of stored.rows()) check.row(row);
    return check.verdict(await stored.tables());
  });
}

function verdictText({ eventId, ...verdict }: Verdict): string {
  const { epoch, seq, entries, batches, bookings, operations, violations, leftOut } = verdict;
  const judged = `${entries} changes in ${batches} batches, ${bookings} bookings, ${operations} operations of clients`;
  const lines = [`${eventId}: seq ${seq}, epoch ${epoch}; ${judged}: ${violations.length === 0 ? 'ok' : 'BROKEN'}`];
  for (const { invariant, seq: at, message } of violations) {
    lines.push(`  ${invariant}${at === undefined ? '' : `, change ${at}`}: ${message}`);
  }
  if (leftOut > 0) lines.push(`  and ${leftOut} more`);
  return lines.join('\n');
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
