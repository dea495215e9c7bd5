import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LogLevel } from '../config/options.js';
import type { Log } from './log.js';
import { createPinoLog } from './pino-log.js';

function logInto(lines: Record<string, unknown>[], level: LogLevel = 'info'): Log {
  return createPinoLog(level, { thread: 'test' }, { write: (line) => void lines.push(JSON.parse(line)) });
}

describe('the log', () => {
  test('writes one line of JSON with level, time, fields and message', () => {
    const lines: Record<string, unknown>[] = [];
    logInto(lines).child({ shard: 1 }).warn({ eventId: 'e1' }, 'An actor stopped');
    const [{ time, ...line } = {}] = lines;
    assert.ok(!Number.isNaN(Date.parse(String(time))));
    assert.deepEqual(line, {
      level: 'warn',
      pid: process.pid,
      thread: 'test',
      shard: 1,
      eventId: 'e1',
      message: 'An actor stopped',
    });
  });

  test('tells an error with its stack and its cause', () => {
    const lines: Record<string, unknown>[] = [];
    logInto(lines).error({ error: new Error('outer', { cause: new Error('inner') }) }, 'It broke');
    const error = lines[0]?.['error'] as { message: string; stack: string };
    assert.equal(error.message, 'outer: inner');
    assert.match(error.stack, /pino-log\.test/);
  });

  test('never writes what grants access', () => {
    const lines: Record<string, unknown>[] = [];
    const secret = 'hunter2';
    logInto(lines).info(
      {
        token: secret,
        authorization: secret,
        configuration: { adminToken: secret, databaseUrl: secret, redisUrl: secret },
        request: { headers: { authorization: secret, cookie: secret } },
        account: { password: secret },
      },
      'A request',
    );
    assert.equal(JSON.stringify(lines).includes(secret), false);
    assert.equal(JSON.stringify(lines).match(/Redacted/g)?.length, 8);
  });

  test('leaves out what is below its level', () => {
    const lines: Record<string, unknown>[] = [];
    logInto(lines, 'warn').info({}, 'No');
    logInto(lines, 'silent').error({}, 'No');
    logInto(lines, 'debug').debug({}, 'Yes');
    assert.deepEqual(
      lines.map(({ message }) => message),
      ['Yes'],
    );
  });
});
