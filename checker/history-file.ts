import { createReadStream } from 'node:fs';
import { parseOperation } from './history-line.js';
import type { Operation } from './history.js';
import { LineWriter } from './line-writer.js';

/** Writes a history. */
export class HistoryWriter {
  readonly #lines: LineWriter;

  /** @param path is overwritten */
  constructor(path: string) {
    this.#lines = new LineWriter(path);
  }

  append(operation: Operation): void {
    this.#lines.append(JSON.stringify(operation));
  }

  /** Resolves when all that was appended is in the file. */
  flush(): Promise<void> {
    return this.#lines.flush();
  }

  close(): Promise<void> {
    return this.#lines.close();
  }
}

/**
 * The operations of a file, one at a time. A last line without an end is that of a writer that was killed: where it is torn, it
 * is left out.
 * @throws Error where a line is no operation: it names the file and the line
 */
export async function* readHistory(path: string): AsyncGenerator<Operation, void, undefined> {
  let number = 0;
  for await (const { line, isWhole } of linesOf(path)) {
    number += 1;
    if (line.trim() === '') continue;
    let operation: Operation;
    try {
      operation = parseOperation(line);
    } catch (cause) {
      if (!isWhole) return;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`Cannot read a history as a line is no operation: ${path}:${number}: ${reason}`, { cause });
    }
    yield operation;
  }
}

async function* linesOf(path: string): AsyncGenerator<{ readonly line: string; readonly isWhole: boolean }> {
  let open: string[] = [];
  for await (const chunk of createReadStream(path, { encoding: 'utf8' }) as AsyncIterable<string>) {
    const pieces = chunk.split('\n');
    const last = pieces.pop() ?? '';
    for (const piece of pieces) {
      yield { line: open.join('') + piece, isWhole: true };
      open = [];
    }
    open.push(last);
  }
  yield { line: open.join(''), isWhole: false };
}
