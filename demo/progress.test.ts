import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SeatState } from 'usher/client';
import { placesOf, progressLine, ProgressPrinter } from './progress.js';

test('the line tells the time, what is left, what happened, and who does what', () => {
  const line = progressLine({
    elapsedMs: 83_900,
    states: ['looking', 'paying', 'looking', 'away'],
    tally: { holds: 1234, bookings: 5, refusals: 6 },
    places: { free: 1700, held: 20, booked: 24, total: 1744 },
  });
  assert.equal(
    line,
    '1:23  1,700/1,744 free, 20 held · 1,234 holds, 5 bookings, 6 refused · 1 away, 2 looking, 1 paying',
  );
});

test('seats and places of areas count alike; what is blocked is in the total only', () => {
  const states: SeatState[] = ['free', 'held', 'booked', 'blocked', 'free'];
  const map = {
    seatCount: states.length,
    state: (seat: number) => states[seat] ?? 'free',
    areas: [{ area: 'pit', free: 10, held: 2, booked: 3, blocked: 5 }],
  };
  assert.deepEqual(placesOf(map), { free: 12, held: 3, booked: 4, total: 25 });
});

/** A terminal of so many columns, or a file. */
function terminal(columns: number | null) {
  const written: string[] = [];
  const write = (text: string) => written.push(text);
  return { written, terminal: columns === null ? { write } : { isTTY: true, columns, write } };
}

test('a file gets whole lines', () => {
  const { written, terminal: file } = terminal(null);
  const printer = new ProgressPrinter(file);
  printer.show('one');
  printer.say('news');
  printer.end();
  assert.deepEqual(written, ['one\n', 'news\n']);
});

test('a terminal gets one line that is rewritten and never wraps; news stands above it', () => {
  const { written, terminal: screen } = terminal(10);
  const printer = new ProgressPrinter(screen);
  printer.say('before');
  printer.show('0123456789abc');
  printer.say('news');
  printer.end();
  printer.say('after');
  assert.deepEqual(written, ['before\n', '\r\u001b[K01234567…', '\r\u001b[Knews\n01234567…', '\n', 'after\n']);
});
