/** Where the program writes what operators read. One line of JSON each; `pino-log.ts` is the real one. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** A log that puts `fields` into each of its lines. */
  child(fields: object): Log;
}
