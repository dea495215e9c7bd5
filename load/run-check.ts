import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoredEvents } from '../checker/adapters/postgres.js';
import { checkEvidence, historiesOf, verdictText, violationsIn } from '../checker/evidence.js';
import { keepFinding } from '../checker/evidence-file.js';
import { readHistory } from '../checker/history-file.js';
import type { Operation } from '../checker/history.js';
import { UsageError } from '../src/lib/usage-error.js';
import { RunHistory } from './run-history.js';
import type { OptionTable, Values } from './options.js';
import { count, type Row } from './report.js';

/** What every run takes. */
export const checkOptions = {
  'no-check': { kind: 'flag', prose: 'do not let the independent checker judge journal and tables after the run' },
  history: {
    kind: 'text',
    prose:
      'write what clients do and see to this file (docs/HISTORIES.md), to be checked too; it costs the generator time',
    default: '',
  },
} as const satisfies OptionTable;

/** What a run has left, as the independent checker sees it. */
export interface Judgement {
  readonly entries: number;
  /** Of clients; 0 without a history. */
  readonly operations: number;
  readonly violations: number;
  readonly seconds: number;
  /** What is wrong, and how to look at it again; empty where nothing is. */
  readonly text: string;
}

/** How a run is judged when it is over. */
export class RunCheck {
  /** @param databaseUrl null: nobody wants it judged */
  static begin(given: Values<typeof checkOptions>, databaseUrl: string | null): RunCheck {
    if (given.history === '') return new RunCheck(databaseUrl, null);
    return new RunCheck(databaseUrl, new RunHistory(given.history));
  }

  private constructor(
    private readonly databaseUrl: string | null,
    readonly history: RunHistory | null,
  ) {}

  /**
   * Call when the clients have ended. Null where nobody wants it judged.
   * @throws UsageError where the database is another server's
   */
  async judge(eventId: string): Promise<Judgement | null> {
    await this.history?.close();
    if (this.databaseUrl === null) return null;
    const startMs = performance.now();
    const events = await StoredEvents.connect(this.databaseUrl);
    try {
      const histories = this.history === null ? null : historiesOf(await operationsIn(this.history.path));
      for await (const verdict of checkEvidence(events, { eventIds: [eventId], histories, isComplete: true })) {
        const { seq, entries, operations } = verdict;
        if (seq === 0) throw new UsageError(`Cannot check the run as its event is not in the database: ${eventId}`);
        const violations = violationsIn(verdict);
        const seconds = (performance.now() - startMs) / 1_000;
        const text =
          violations === 0 ? '' : `${verdictText(verdict)}\nCheck it again: ${await this.#keep(events, eventId)}`;
        return { entries, operations, violations, seconds, text };
      }
      return null;
    } finally {
      await events.close();
    }
  }

  #keep(events: StoredEvents, eventId: string): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'usher-violation-'));
    return keepFinding(folder, events, [eventId], this.history?.path ?? null, true);
  }
}

async function operationsIn(path: string): Promise<Operation[]> {
  const operations: Operation[] = [];
  for await (const operation of readHistory(path)) operations.push(operation);
  return operations;
}

export function checkedRow(judgement: Judgement | null): Row {
  if (judgement === null) return ['checked', 'no'];
  const { entries, operations, violations, seconds } = judgement;
  const clients = operations === 0 ? '' : ` and ${count(operations)} operations of clients`;
  const perSecond = count(entries / seconds);
  return [
    'checked',
    `${count(entries)} changes${clients} in ${seconds.toFixed(1)} s (${perSecond}/s): ${count(violations)} violations`,
  ];
}

/** @throws Error where there is a violation */
export function assertSound(judgement: Judgement | null): void {
  if (judgement !== null && judgement.violations > 0) {
    throw new Error(`The independent checker found violations:\n${judgement.text}`);
  }
}
