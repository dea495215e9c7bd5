import type { DownFrame } from '../protocol/down.js';
import type { Command } from '../seatmap/command.js';
import type { Sometimes } from './sometimes.js';

/** Which situations a delta tells of. */
export function noteDelta(sometimes: Sometimes, frame: DownFrame): void {
  if (frame[0] !== 3) return;
  const [, , , fromSeq, toSeq, seats, areas] = frame;
  if (toSeq - fromSeq > 1) sometimes.hit('several changes in one delta');
  if (toSeq > fromSeq && seats.length === 0 && areas.length === 0) sometimes.hit('delta of nothing');
}

/** Which situations the answer to a watch tells of. */
export function noteResume(sometimes: Sometimes, frames: readonly DownFrame[], resumes: boolean): void {
  if (!resumes) return;
  for (const frame of frames) {
    if (frame[0] === 2) sometimes.hit('resumed with a snapshot');
    if (frame[0] === 3)
      sometimes.hit(frame[3] === frame[4] ? 'resumed where nothing had changed' : 'resumed with a delta');
  }
}

/** Which situations the answer to a command tells of. */
export function noteAnswer(sometimes: Sometimes, frame: DownFrame, command: Command['kind'] | null): void {
  if (frame[0] !== 5) return;
  const [, , code, , { alternatives, reason }] = frame;
  switch (code) {
    case '409 seat_taken':
      sometimes.hit('seat taken');
      break;
    case '409 not_available':
      if (command === 'holdArea') sometimes.hit('area full');
      if (command === 'holdBest' && alternatives !== undefined && alternatives.length > 0)
        sometimes.hit('best seats refused with an alternative');
      break;
    case '410 hold_ended':
      if (command === 'confirm' && reason === 'expired') sometimes.hit('expiry won against a confirm');
      break;
    case '413 limit_exceeded':
      sometimes.hit('limit refused');
      break;
    case '404 unknown_hold':
      sometimes.hit('unknown hold refused');
      break;
    case '422 not_on_sale':
      sometimes.hit('not on sale yet');
      break;
    case '503 busy':
      sometimes.hit('mailbox busy');
      break;
    default:
  }
}
