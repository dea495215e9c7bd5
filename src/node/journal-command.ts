import type { Call } from '../config/command-line.js';
import type { Configuration } from '../config/load.js';
import { decodeBatch } from '../journal/batch.js';
import { describeEntry } from '../journal/describe.js';
import { type EventReport, verifyJournal } from '../journal/verify.js';
import { UsageError } from '../lib/usage-error.js';
import { createPinoLog } from '../observability/pino-log.js';
import { findEmbeddedPostgres } from '../store/embedded/embedded-postgres.js';
import { PostgresJournalAudit } from '../store/journal-audit.js';
import { createPools } from '../store/pool.js';

type JournalCall = Extract<Call, { kind: 'journalVerify' | 'journalShow' }>;

/** `usher journal …`: reads beside the live traffic. Exit code 1 where something is wrong. */
export async function runJournalCommand(call: JournalCall, configuration: Configuration): Promise<number> {
  const url = configuration.databaseUrl ?? (await findEmbeddedPostgres(configuration.dataDir));
  if (url === null) {
    throw new UsageError(
      `Cannot read the journal as no database runs on ${configuration.dataDir}: start the server, or set DATABASE_URL or USHER_DATA_DIR`,
    );
  }
  const pools = createPools(url, { log: createPinoLog(configuration.logLevel, {}) });
  try {
    const audit = new PostgresJournalAudit(pools.read);
    return call.kind === 'journalShow' ? await show(audit, call.eventId) : await verify(audit, call.eventId);
  } finally {
    await pools.close();
  }
}

async function show(audit: PostgresJournalAudit, eventId: string): Promise<number> {
  let entries = 0;
  for await (const batch of audit.history(eventId, Number.MAX_SAFE_INTEGER)) {
    for (const entry of decodeBatch(batch, eventId)) {
      process.stdout.write(`${describeEntry(entry)}\n`);
      entries += 1;
    }
  }
  if (entries === 0) throw new UsageError(`Cannot show the journal as there is no such event: eventId is ${eventId}`);
  return 0;
}

async function verify(audit: PostgresJournalAudit, eventId: string | null): Promise<number> {
  let broken = 0;
  let events = 0;
  for await (const report of verifyJournal(audit, eventId)) {
    events += 1;
    if (report.problems.length > 0) broken += 1;
    process.stdout.write(reportText(report));
  }
  process.stdout.write(`${events} events, ${broken} with problems\n`);
  return broken === 0 ? 0 : 1;
}

function reportText({ eventId, batches, entries, epoch, seq, problems, problemsLeftOut }: EventReport): string {
  const lines = [
    `${eventId}: seq ${seq}, epoch ${epoch}, ${entries} changes in ${batches} batches: ${problems.length === 0 ? 'ok' : 'BROKEN'}`,
  ];
  for (const problem of problems)
    lines.push(`  ${problem.seq === null ? '' : `change ${problem.seq}: `}${problem.what}`);
  if (problemsLeftOut > 0) lines.push(`  and ${problemsLeftOut} more`);
  return `${lines.join('\n')}\n`;
}
