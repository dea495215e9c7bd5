import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoredEvents } from '../../../checker/adapters/postgres.js';
import { checkEvidence, type Evidence, historiesOf, verdictText } from '../../../checker/evidence.js';
import { keepFinding } from '../../../checker/evidence-file.js';
import type { Operation } from '../../../checker/history.js';
import { HistoryWriter } from '../../../checker/history-file.js';
import { recording } from './recording.js';

/**
 * The independent checker over a database and all that the clients of this process did and saw: nothing may have happened
 * that they did not ask for. It may run beside the server.
 */
export async function checkIndependently(databaseUrl: string): Promise<void> {
  await checkDatabase(databaseUrl, recording.operations(), true);
}

/** The same by journal and tables alone, where the clients are not ours. */
export async function checkJournals(databaseUrl: string): Promise<void> {
  await checkDatabase(databaseUrl, null, false);
}

/**
 * @param eventIds left out: all
 * @param operations had come in before the database is read: what they tell of must be there
 * @throws Error with the violations; journal, tables and histories are kept in files that it names
 */
export async function checkDatabase(
  databaseUrl: string,
  operations: readonly Operation[] | null,
  isComplete: boolean,
  eventIds?: readonly string[],
): Promise<void> {
  const events = await StoredEvents.connect(databaseUrl);
  try {
    const histories = operations === null ? null : historiesOf(operations);
    const broken: string[] = [];
    const told: string[] = [];
    for await (const verdict of checkEvidence(events, {
      histories,
      isComplete,
      ...(eventIds === undefined ? {} : { eventIds }),
    })) {
      if (verdict.violations.length === 0) continue;
      broken.push(verdict.eventId);
      told.push(verdictText(verdict));
    }
    if (broken.length === 0) return;
    const again = await keep(events, broken, operations, isComplete);
    throw new Error(`The independent checker found violations:\n${told.join('\n')}\nCheck it again: ${again}`);
  } finally {
    await events.close();
  }
}

/** Returns the command that checks what was kept. */
async function keep(
  evidence: Evidence,
  eventIds: readonly string[],
  operations: readonly Operation[] | null,
  isComplete: boolean,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'usher-violation-'));
  if (operations === null) return keepFinding(folder, evidence, eventIds, null, false);
  const historyFile = join(folder, 'history.jsonl');
  const writer = new HistoryWriter(historyFile);
  for (const operation of operations) if (eventIds.includes(operation.eventId)) writer.append(operation);
  await writer.close();
  return keepFinding(folder, evidence, eventIds, historyFile, isComplete);
}
