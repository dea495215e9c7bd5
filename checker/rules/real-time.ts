import { type EventHistory, nameOf, returnOf } from '../event-history.js';
import { type Command, isCommand, okOf, type Operation } from '../history.js';
import type { Report } from '../violations.js';

/**
 * The journal's order agrees with the clients' clock: what was called after an answer came in is decided after what the
 * answer told of. [I8] where answers contradict each other, [I10] where a map, notice or read shows what nobody had asked for yet.
 */
export function checkRealTime(report: Report, history: EventHistory, staleForMs: number): void {
  const { commands, seen } = history;
  let highest: { readonly operation: Operation; readonly seq: number } | null = null;
  let next = 0;
  for (const { first: command, seq, isRepeated } of commands) {
    if (seq === null || isRepeated) continue;
    for (; next < seen.length; next += 1) {
      const operation = seen[next];
      if (operation === undefined || returnOf(operation) >= command.call) break;
      const [, seenSeq] = okOf(operation)?.position ?? [0, 0];
      if (highest === null || seenSeq > highest.seq) highest = { operation, seq: seenSeq };
    }
    if (highest === null || highest.seq < seq) continue;
    const { operation } = highest;
    const what = `change ${highest.seq} was seen by ${nameOf(operation)}`;
    report(
      isCommand(operation) ? 'I8' : 'I10',
      `${what} before the command of change ${seq} was called: ${nameOf(command)}`,
      seq,
    );
  }
  checkReads(report, history, staleForMs);
  checkSockets(report, history);
}

/** [I8] Who asks for own holds is answered by the one writer, which knows all that was accepted before. */
function checkReads(report: Report, { operations, seen }: EventHistory, staleForMs: number): void {
  let highest = 0;
  let next = 0;
  for (const read of operations) {
    const ok = read.op === 'myHolds' ? okOf(read) : null;
    if (ok === null) continue;
    for (; next < seen.length; next += 1) {
      const operation = seen[next];
      if (operation === undefined || returnOf(operation) >= read.call - staleForMs) break;
      highest = Math.max(highest, okOf(operation)?.position[1] ?? 0);
    }
    if (ok.position[1] >= highest) continue;
    report('I8', `change ${highest} was seen before, and change ${ok.position[1]} is told of by ${nameOf(read)}`);
  }
}

/** [I8] One socket's commands for one event are decided in the order sent. */
function checkSockets(report: Report, { commands }: EventHistory): void {
  const sockets = new Map<string, { readonly command: Command; readonly seq: number }>();
  for (const { first: command, attempts, seq } of commands) {
    // Of several attempts, nobody knows which one made the change.
    if (command.socket === undefined || attempts.length !== 1 || seq === null) continue;
    const socket = `${command.process}/${command.socket}`;
    const last = sockets.get(socket);
    if (last === undefined || last.seq < seq) sockets.set(socket, { command, seq });
    else if (last.command.call < command.call) {
      const what = `change ${seq} comes before change ${last.seq}, which its socket asked for earlier`;
      report('I8', `${what}: ${nameOf(command)}`, seq);
    }
  }
}
