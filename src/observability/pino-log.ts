import { pino, stdSerializers, stdTimeFunctions, type DestinationStream } from 'pino';
import type { LogLevel } from '../config/options.js';
import type { Log } from './log.js';

/** What grants access, wherever it stands in a line's fields or one level deeper. */
const secretFields = ['token', 'adminToken', 'authorization', 'cookie', 'password', 'databaseUrl', 'redisUrl'];

/**
 * A log on the error output, so that the banner on the standard output stays readable. Lines are written at once: a
 * crash loses none, and no hot path logs.
 * @param fields in each line; `{ thread: 'admin' }`
 */
export function createPinoLog(level: LogLevel, fields: object, destination: DestinationStream = standardError()): Log {
  return pino(
    {
      level,
      base: { pid: process.pid, ...fields },
      timestamp: stdTimeFunctions.isoTime,
      messageKey: 'message',
      errorKey: 'error',
      serializers: { error: stdSerializers.err },
      formatters: { level: (label) => ({ level: label }) },
      redact: secretFields.flatMap((name) => [name, `*.${name}`, `*.headers.${name}`]),
    },
    destination,
  );
}

function standardError(): DestinationStream {
  return pino.destination({ dest: 2, sync: true });
}
