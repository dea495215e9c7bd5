import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';

/** Lines are gathered up to here before they go to the file. */
const chunkCharacters = 64 * 1024;

/** Writes lines. One goes out whole or, where the program is killed, not at all or torn: the last one alone. */
export class LineWriter {
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

  append(line: string): void {
    this.#lines.push(line, '\n');
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
