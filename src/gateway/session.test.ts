import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvariantError } from '../lib/assert.js';
import { Session, type Socket } from './session.js';

const socket: Socket = {
  send: () => 1,
  end: () => {},
  ping: () => 1,
  cork: (send) => send(),
  getBufferedAmount: () => 0,
};

function session(): Session {
  return new Session(1, socket, 'json', '127.0.0.1', null, 0);
}

test('a session goes from hello through live to closed, and lets go of its socket', () => {
  const one = session();
  assert.deepEqual([one.state.kind, one.holderId, one.isOpen], ['awaitingHello', null, true]);
  one.goLive('anna', 1000);
  one.renew(2000);
  assert.deepEqual(one.state, { kind: 'live', holderId: 'anna', tokenRunsOutAtMs: 2000 });
  assert.equal(one.startClosing(), socket);
  assert.deepEqual([one.state.kind, one.holderId, one.isOpen], ['closing', null, false]);
  one.socketEnded();
  assert.deepEqual([one.state.kind, one.socket], ['closed', null]);
});

test('transitions that the picture does not have throw', () => {
  const waiting = session();
  assert.throws(() => waiting.renew(1), InvariantError);
  const live = session();
  live.goLive('anna', 1);
  assert.throws(() => live.goLive('anna', 1), InvariantError);
  const closing = session();
  closing.startClosing();
  for (const step of [() => closing.goLive('anna', 1), () => closing.renew(1), () => closing.startClosing()]) {
    assert.throws(step, InvariantError);
  }
  closing.socketEnded();
  assert.throws(() => closing.startClosing(), InvariantError);
  assert.throws(() => closing.socketEnded(), InvariantError);
});
