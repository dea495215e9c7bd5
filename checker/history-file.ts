import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { parseOperation } from './history-line.js';
import type { Operation } from './history.js';

/** Lines are gathered up to here before they go to the file. */
const chunkCharacters = 64 * 1024;

/** Writes a history. A line goes out whole or, where the program is killed, not at all or torn: the reader knows. */
export class HistoryWriter {
  readonly #stream: WriteStream;
  #lines: string[] = [];
  #characters = 0;
  #failure: Error | null = null;

  /** @param path is overwritten */
  constructor(path: string) {
    this.#stream = createWriteStream(path);
    this.#stream.on('error', (error) => {
      this.#failure = error;
    });
  }

  append(operation: Operation): void {
    const line = `${JSON.stringify(operation)}\n`;
    this.#lines.push(line);
    this.#characters += line.length;
    if (this.#characters >= chunkCharacters) this.#send();
  }

  /** Resolves when all that was appended is in the file. */
  async flush(): Promise<void> {
    this.#send();
    await new Promise<void>((resolve, reject) => {
      this.#stream.write('', (error) => (error === null || error === undefined ? resolve() : reject(error)));
    });
    if (this.#failure !== null) throw this.#failure;
  }

  async close(): Promise<void> {
    await this.flush();
    this.#stream.end();
    await once(this.#stream, 'close');
  }

  #send(): void {
    if (this.#lines.length > 0) this.#stream.write(this.#lines.join(''));
    this.#lines = [];
    this.#characters = 0;
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
