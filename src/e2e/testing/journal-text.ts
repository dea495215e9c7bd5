import assert from 'node:assert/strict';
import type { Venue } from './venue.js';

/** A change, as `usher journal show` prints it. */
export interface JournalLine {
  readonly seq: number;
  readonly epoch: number;
  readonly atMs: number;
  readonly kind: string;
  /** The hold or the booking. */
  readonly subject: string;
  /** Whose command made the change; null: time or recovery did. */
  readonly by: { readonly holderId: string; readonly commandId: string } | null;
  readonly seats: readonly number[];
  /** The deadline of a hold. */
  readonly untilMs: number | null;
}

/** The whole history of an event, from change 1, read beside the live traffic and waking nobody. */
export async function readJournal(venue: Venue, eventId: string): Promise<readonly JournalLine[]> {
  const { code, stdout, stderr } = await venue.journal('show', '--', eventId);
  assert.equal(code, 0, stderr);
  return stdout.trimEnd().split('\n').map(parse);
}

/** `usher journal verify`: gap-free, epochs, checksums, and tables equal to the replay. */
export async function assertJournalVerified(venue: Venue): Promise<void> {
  const { code, stdout, stderr } = await venue.journal('verify');
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, / 0 with problems\n$/);
}

function parse(line: string): JournalLine {
  const [, seq, epoch, at, kind = '', details = ''] =
    /^(\d+) {2}epoch (\d+) {2}(\S+) {2}(\w+) {2}(.*)$/.exec(line) ?? [];
  assert.notEqual(kind, '', `not a line of a journal: ${line}`);
  const [, holderId, commandId] = / by (\S+) command (\S+) /.exec(` ${details} `) ?? [];
  const until = / until (\S+)/.exec(details)?.[1];
  const seats = / seats ([\d,]+)/.exec(details)?.[1];
  return {
    seq: Number(seq),
    epoch: Number(epoch),
    atMs: Date.parse(at ?? ''),
    kind,
    subject: details.split(' ')[0] ?? '',
    by: holderId === undefined || commandId === undefined ? null : { holderId, commandId },
    seats: seats === undefined ? [] : seats.split(',').map(Number),
    untilMs: until === undefined ? null : Date.parse(until),
  };
}
