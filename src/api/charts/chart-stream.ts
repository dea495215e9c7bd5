import {
  type ParsedElementInfo,
  type ParsedTokenInfo,
  type StackElement,
  Tokenizer,
  TokenParser,
  TokenType,
} from '@streamparser/json';
import { limits } from '../../config/limits.js';
import { fault, Problem } from '../problem.js';
import { Candidate } from './candidate.js';
import { type CheckedChart, UsherReading } from './chart.js';
import { PretixReading } from './pretix.js';

export const chartFormats = ['usher', 'pretix'] as const;
export type ChartFormat = (typeof chartFormats)[number];

export interface ChartStreamOptions {
  /** `request`: the document is `{format, chart}`; `file`: it is the chart. */
  readonly document: 'request' | 'file';
  /** null: a request says it; a file with `zones` is pretix', any other is usher's. */
  readonly format: ChartFormat | null;
}

/** Longer than any key that we know. */
const keyLengthMax = 256;
/** An image in a drawing. */
const textLengthMax = 1024 * 1024;
/** Digits that a double cannot need. */
const numberLengthMax = 1024;
/** A seat's position in a pretix plan is the tenth level of a request; a drawing may have sixteen of its own. */
const nestingMax = 24;
/** Objects, lists, keys, texts and numbers that a document may have besides its seats, and for each seat. */
const valuesMax = 500_000;
const valuesPerSeatMax = 80;
/** What one turn of the event loop parses: a millisecond or two. */
const sliceBytes = 16 * 1024;

/** Long numbers would be read anew at the end of each slice. */
class BoundedTokenizer extends Tokenizer {
  protected override parseNumber(text: string): number {
    if (text.length > numberLengthMax) throw new Error('a number is too long');
    return super.parseNumber(text);
  }
}

/**
 * Reads a chart from its JSON while that arrives, in pieces of any size. Nothing is held but the chart as far as it has been
 * read: seats, rows and sections are checked as soon as they are complete, and a fault or a bound that is passed ends the
 * reading at once. Keys may come in any order: until the format is known, `sections` are read as usher's and `zones` as
 * pretix', and a fault waits for the format to say whether it counts.
 *
 *     write … write ──► end ──► CheckedChart
 *       └────────────────┴── throws Problem: 400 with the path or the offset of the fault, 413 where it is too long
 */
export class ChartStream {
  readonly #candidates = { usher: new Candidate(new UsherReading()), pretix: new Candidate(new PretixReading()) };
  readonly #tokenizer = new BoundedTokenizer({ emitPartialTokens: true });
  readonly #parser: TokenParser;
  /** Keys around the chart. */
  readonly #outside: number;
  #format: ChartFormat | null = null;
  #bytes = 0;
  #values = 0;
  #nesting = 0;
  /** Of the last token: where it begins, and what it is where it is text. */
  #offset = 0;
  #text: string | null = null;
  #chart: unknown;
  /** What was read of a request: `format`, `chart`. */
  readonly #said = new Set<unknown>();
  /** What was thrown by us, not by the parser. */
  #broken: unknown = null;

  constructor({ document, format }: ChartStreamOptions) {
    this.#outside = document === 'request' ? 1 : 0;
    if (format !== null) this.#setFormat(format);
    this.#parser = new TokenParser({ paths: this.#paths() });
    this.#parser.onValue = (element) => {
      try {
        this.#onValue(element);
      } catch (error) {
        this.#broken = error;
        throw error;
      }
    };
    this.#tokenizer.onToken = (token) => this.#onToken(token);
  }

  /** The next bytes. Many of them take long: `writeInSlices` lets others have their turn. */
  write(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#bytes > limits.chartBytesMax) {
      throw new Problem('limit_exceeded', `Cannot accept the chart as it is longer than ${limits.chartBytesMax} bytes`);
    }
    this.#parse(() => this.#tokenizer.write(bytes));
  }

  /** Takes breath after each slice. */
  async writeInSlices(bytes: Uint8Array, breathe: () => Promise<void>): Promise<void> {
    for (let at = 0; at < bytes.length; at += sliceBytes) {
      this.write(bytes.subarray(at, at + sliceBytes));
      await breathe();
    }
  }

  /** After the last byte. */
  end(): CheckedChart {
    this.#parse(() => {
      if (!this.#tokenizer.isEnded) this.#tokenizer.end();
      if (!this.#parser.isEnded) this.#parser.end();
    });
    if (this.#values === 0) throw this.#malformed('it ends before it begins');
    return this.#candidates[this.#format ?? this.#guess()].finish(this.#chart);
  }

  /** What the parser hands over: the format, the chart, and what is in a chart's nested lists. */
  #paths(): string[] {
    const chart = this.#outside === 0 ? '$' : '$.chart';
    const paths = this.#outside === 0 ? [chart] : ['$.format', chart];
    for (const { lists } of Object.values(this.#candidates)) {
      lists.reduce((path, list) => {
        paths.push(`${path}.${list}.*`);
        return `${path}.${list}.*`;
      }, chart);
    }
    return paths;
  }

  #guess(): ChartFormat {
    if (this.#outside === 1) throw wrongFormat();
    return typeof this.#chart === 'object' && this.#chart !== null && 'zones' in this.#chart ? 'pretix' : 'usher';
  }

  #parse(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (error instanceof Problem || error === this.#broken) throw error;
      // The parser's own words are about its states; what helps is where. Invalid UTF-8 is a TypeError of its decoder.
      const position = /absolute position "(\d+)"/.exec((error as Error).message)?.[1];
      if (position !== undefined) this.#offset = Number(position);
      throw this.#malformed('unexpected here');
    }
  }

  #malformed(what: string): Problem {
    return fault('body', `not JSON that can be read: ${what}: byte ${this.#offset} of ${this.#bytes} so far`);
  }

  #onToken(token: ParsedTokenInfo): void {
    const { value, offset } = token;
    this.#offset = offset;
    if (typeof value === 'string' && value.length > textLengthMax) {
      throw this.#malformed(`a text is longer than ${textLengthMax} characters`);
    }
    // What a text is so far, at the end of a slice.
    if (token.partial === true) return;
    this.#bound(token);
    this.#parser.write(token);
  }

  #bound({ token, value }: ParsedTokenInfo): void {
    if (token === TokenType.COMMA) return;
    if (token === TokenType.COLON) {
      if ((this.#text?.length ?? 0) > keyLengthMax) {
        throw this.#malformed(`a key is longer than ${keyLengthMax} characters`);
      }
      return;
    }
    this.#text = token === TokenType.STRING ? String(value) : null;
    if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) {
      this.#nesting -= 1;
      return;
    }
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) this.#nesting += 1;
    if (this.#nesting > nestingMax) throw this.#malformed('nested too deeply');
    this.#values += 1;
    const { usher, pretix } = this.#candidates;
    if (this.#values > valuesMax + valuesPerSeatMax * (usher.seatCount + pretix.seatCount)) {
      throw this.#malformed('too much besides seats');
    }
  }

  #onValue({ value, key, parent, stack }: ParsedElementInfo): void {
    const level = stack.length - this.#outside;
    if (level === 0) {
      // JSON leaves open which one counts. Here the first has been read by the time the second comes.
      if (this.#said.has(key)) throw fault(String(key), 'given twice');
      this.#said.add(key);
      if (this.#outside === 1 && key === 'format') this.#onFormat(value);
      else this.#chart = value;
      return;
    }
    // A list that is an object: whoever reads what is around it refuses it.
    if (!Array.isArray(parent)) return;
    const siblings: unknown[] = parent;
    const index = Number(key);
    siblings[index] = this.#piece(value, stack, index);
  }

  /** `{ chart: { sections: [ { rows: [ { seats: [` a seat lies in six of them, a row in four, a section in two. */
  #piece(value: unknown, stack: readonly StackElement[], index: number): unknown {
    const [list, section, , row] = stack.slice(this.#outside + 1).map(({ key }) => key);
    const format = this.#candidates.usher.lists[0] === list ? 'usher' : 'pretix';
    if (this.#format !== null && this.#format !== format) return null;
    const place = [section, row].filter((key) => key !== undefined).map(Number);
    return this.#candidates[format].piece(value, [...place, index]);
  }

  #onFormat(value: unknown): void {
    const format = chartFormats.find((known) => known === value);
    if (format === undefined) throw wrongFormat();
    this.#setFormat(format);
  }

  #setFormat(format: ChartFormat): void {
    this.#format = format;
    this.#candidates[format].confirm();
  }
}

function wrongFormat(): Problem {
  return fault('format', `expected one of ${chartFormats.join(', ')}`);
}
