import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { standingConfigurationOf } from '../src/seatmap/testing/hall.js';
import { type TestDatabase, testDatabase } from '../src/store/testing/postgres.js';
import type { Verdict } from './check.js';
import { HistoryWriter } from './history-file.js';
import type { EventTables } from './rules/tables.js';
import { drawFrom } from './testing/draw.js';
import { SoundRun } from './testing/sound-run.js';

const folder = mkdtempSync(join(tmpdir(), 'usher-checker-'));
const history = join(folder, 'history.jsonl');
const run = new SoundRun(drawFrom(3), standingConfigurationOf());
let database: TestDatabase;
let client: Client;

before(async () => {
  database = await testDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  // More than a page of rows.
  while (run.rows.length <= 510) run.step();
  run.finish();
  for (const { epoch, firstSeq, lastSeq, blob } of run.rows) {
    const values = [run.eventId, firstSeq, lastSeq, epoch, blob];
    await client.query(
      'insert into journal (event_id, first_seq, last_seq, epoch, blob) values ($1, $2, $3, $4, $5)',
      values,
    );
  }
  await insertTables(run.tables());
  const writer = new HistoryWriter(history);
  for (const operation of run.operations) writer.append(operation);
  await writer.close();
});

after(async () => {
  await client.end();
  await database.drop();
  rmSync(folder, { recursive: true });
});

async function insertTables({ head, bookings, bookedSeats }: EventTables): Promise<void> {
  assert.ok(head !== null);
  await client.query(
    'insert into event_head (event_id, epoch, seq, owner, rested, next_deadline_ms) values ($1, $2, $3, $4, true, $5)',
    [run.eventId, head.epoch, head.seq, 'somebody', head.nextDeadlineMs],
  );
  for (const row of bookings) {
    await client.query(
      `insert into booking (event_id, booking_seq, epoch, hold_epoch, hold_seq, holder_id, command_id, seats, area, quantity,
         total_minor, currency, order_ref, booked_at_ms, cancelled_at_ms)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
      [
        run.eventId,
        row.bookingSeq,
        row.epoch,
        row.holdEpoch,
        row.holdSeq,
        row.holderId,
        row.commandId,
        row.seats,
        row.area,
        row.quantity,
        row.totalMinor,
        row.currency,
        row.orderRef,
        row.bookedAtMs,
        row.cancelledAtMs,
      ],
    );
  }
  for (const { seat, bookingSeq, cancelled } of bookedSeats) {
    const values = [run.eventId, seat, bookingSeq, cancelled];
    await client.query(
      'insert into booked_seat (event_id, seat, booking_seq, cancelled) values ($1, $2, $3, $4)',
      values,
    );
  }
}

function check(...args: readonly string[]): { readonly status: number | null; readonly output: string } {
  const main = fileURLToPath(new URL('main.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

test('an installation that is sound: exit code 0, and what was checked', () => {
  const { status, output } = check('--database-url', database.url, '--history', history, '--complete');
  assert.equal(status, 0, output);
  const { seq } = run.map;
  assert.match(
    output,
    new RegExp(
      `^event-1: seq ${seq}, .* ${seq} changes in ${run.rows.length} batches, .* ${run.operations.length} operations.*: ok\\n`,
    ),
  );
  assert.match(output, /\n1 events, 0 violations\n$/);
});

test('[I13] an installation that is not: exit code 1, and what is wrong', async () => {
  const [booking] = run.tables().bookings;
  assert.ok(booking !== undefined);
  const values = [run.eventId, booking.bookingSeq];
  await client.query(`update booking set order_ref = 'another' where event_id = $1 and booking_seq = $2`, values);
  const { status, output } = check('--database-url', database.url, '--event', run.eventId);
  assert.equal(status, 1);
  assert.match(output, /: BROKEN\n {2}I13, change \d+: booking \S+ has orderRef "another" in the tables/);
  const { output: line } = check('--database-url', database.url, '--json');
  const verdict = JSON.parse(line) as Verdict;
  assert.deepStrictEqual(
    verdict.violations.map(({ invariant, seq }) => [invariant, seq]),
    [['I13', booking.bookingSeq]],
  );
});

test('where the check cannot run: exit code 2, and why', () => {
  assert.match(check('--database-url', 'postgres://127.0.0.1:1/none').output, /Cannot check/);
  assert.equal(check('--database-url', 'postgres://127.0.0.1:1/none').status, 2);
  assert.match(check('--database-url', database.url, '--history', join(folder, 'none')).output, /ENOENT/);
  assert.match(check('--database-url', database.url, '--tolerance', 'much').output, /--tolerance is no number: much/);
  assert.equal(check('--help').status, 0);
});
