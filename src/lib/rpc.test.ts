import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { callRpc, type Names, RpcFailed, serveRpc } from './rpc.js';
import { systemTimers, type Timers } from './timers.js';

interface Kitchen {
  cook(dish: string, portions: number): Promise<{ readonly dish: string; readonly portions: number }>;
  spill(): Promise<void>;
  leave(): Promise<() => void>;
  wait(): Promise<void>;
}
const names: Names<Kitchen> = { cook: true, spill: true, leave: true, wait: true };

/** Its functions stand on the prototype, as those of most objects that are served. */
class RealKitchen implements Kitchen {
  #cooked = 0;

  cook(dish: string, portions: number): Promise<{ dish: string; portions: number }> {
    this.#cooked += portions;
    return Promise.resolve({ dish, portions: this.#cooked });
  }
  spill(): Promise<void> {
    return Promise.reject(new Error('Cannot cook as the soup is spilt'));
  }
  /** A function cannot travel. */
  leave(): Promise<() => void> {
    return Promise.resolve(() => undefined);
  }
  wait(): Promise<void> {
    return new Promise(() => undefined);
  }
  secret(): Promise<string> {
    return Promise.resolve('not offered');
  }
}

describe('calls between threads', () => {
  const open: MessagePort[] = [];
  afterEach(() => {
    for (const port of open.splice(0)) port.close();
  });

  const connected = (timers: Timers = systemTimers): { kitchen: Kitchen; ours: MessagePort; theirs: MessagePort } => {
    const { port1: ours, port2: theirs } = new MessageChannel();
    open.push(ours, theirs);
    serveRpc<Kitchen>(theirs, names, new RealKitchen());
    return { kitchen: callRpc<Kitchen>(ours, names, timers), ours, theirs };
  };

  test('parameters go there and values come back, each to its own caller', async () => {
    const { kitchen } = connected();
    const portions = [1, 2, 3];
    const answers = await Promise.all(portions.map((count) => kitchen.cook('soup', count)));
    assert.deepEqual(answers, [
      { dish: 'soup', portions: 1 },
      { dish: 'soup', portions: 3 },
      { dish: 'soup', portions: 6 },
    ]);
  });

  test('an error there is thrown here, and the outcome is known', async () => {
    await assert.rejects(connected().kitchen.spill(), (error) => {
      assert.ok(error instanceof RpcFailed);
      assert.equal(error.message, 'Cannot cook as the soup is spilt');
      return !error.isOutcomeUnknown;
    });
  });

  test('a value that cannot travel is an error, and what comes after it is answered', async () => {
    const { kitchen } = connected();
    await assert.rejects(kitchen.leave(), RpcFailed);
    assert.equal((await kitchen.cook('soup', 1)).portions, 1);
  });

  test('only what is offered can be called', async () => {
    const { ours } = connected();
    for (const name of ['secret', 'constructor', '__proto__', 'nothing']) {
      const answered = new Promise((resolve) => {
        ours.once('message', resolve);
      });
      ours.postMessage({ id: 99, name, parameters: [] });
      assert.deepEqual(await answered, {
        kind: 'failure',
        id: 99,
        message: `Cannot call a function as it is not offered: name is ${name}`,
      });
    }
  });

  test('no answer in time: the outcome is unknown, and a late answer is for nobody', async () => {
    const reminders: (() => void)[] = [];
    const timers: Timers = {
      after: (_delayMs, callback) => {
        reminders.push(callback);
        return { cancel: () => undefined };
      },
      soon: (callback) => systemTimers.soon(callback),
    };
    const { kitchen, theirs } = connected(timers);
    const waiting = kitchen.wait();
    reminders[0]?.();
    await assert.rejects(waiting, (error) => error instanceof RpcFailed && error.isOutcomeUnknown);
    theirs.postMessage({ kind: 'value', id: 1, value: 'late' });
    assert.equal((await kitchen.cook('soup', 1)).portions, 1);
  });

  test('the other thread is gone: everyone who waits is told', async () => {
    const { kitchen, theirs } = connected();
    const waiting = [kitchen.wait(), kitchen.wait()];
    theirs.close();
    for (const one of waiting)
      await assert.rejects(one, (error) => error instanceof RpcFailed && error.isOutcomeUnknown);
  });
});
