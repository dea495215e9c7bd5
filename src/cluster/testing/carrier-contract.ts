import assert from 'node:assert/strict';
import { after, before, beforeEach, afterEach, describe, test } from 'node:test';
import type { Carrier, CarrierListener } from '../carrier.js';
import { bytesOf, CarrierDiary } from './carrier-diary.js';

/** Where carriers under test meet. */
export interface ContractMedium {
  /** All of one medium reach each other. */
  connect(listener: CarrierListener): Carrier;
  /** Every carrier loses it, until it is mended. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Lets things arrive, where they do not by themselves. */
  settle(): void;
  close(): Promise<void>;
}

interface Node {
  readonly carrier: Carrier;
  readonly diary: CarrierDiary;
}

/** What every `Carrier` does. */
export function carrierContract(name: string, makeMedium: () => Promise<ContractMedium>): void {
  describe(`carrier: ${name}`, () => {
    let medium: ContractMedium;
    let [a, b]: Node[] = [];

    before(async () => {
      medium = await makeMedium();
    });
    after(() => medium.close());

    function connect(): Node {
      const diary = new CarrierDiary();
      return { carrier: medium.connect(diary), diary };
    }

    async function seen(node: Node, ...what: Parameters<CarrierDiary['until']>): Promise<void> {
      medium.settle();
      await node.diary.until(...what);
    }

    async function listening(node: Node, channel: string): Promise<void> {
      const from = node.diary.entries.length;
      node.carrier.listen(channel);
      await seen(node, 'listening', { channel, from });
    }

    const pair = (): [Node, Node] => {
      assert.ok(a !== undefined && b !== undefined);
      return [a, b];
    };

    beforeEach(async () => {
      [a, b] = [connect(), connect()];
      for (const node of pair()) await seen(node, 'up');
    });
    afterEach(async () => {
      for (const node of pair()) await node.carrier.close();
    });

    test('it comes up by itself, and says so once', () => {
      for (const { carrier, diary } of pair()) {
        assert.equal(carrier.isUp, true);
        assert.deepEqual(diary.story(), ['up']);
      }
    });

    test('what is sent after onListening arrives whole, in order, at every listener and nobody else', async () => {
      const [sender, receiver] = pair();
      await listening(sender, 'news');
      await listening(receiver, 'news');
      await listening(receiver, 'other');
      for (const text of ['one', '', 'three']) assert.equal(sender.carrier.send('news', bytesOf(text)), true);
      assert.equal(sender.carrier.send('other', bytesOf('x')), true);
      await seen(receiver, 'message', { count: 4 });
      await seen(sender, 'message', { count: 3 });
      assert.deepEqual(receiver.diary.texts('news'), ['one', '', 'three']);
      assert.deepEqual(receiver.diary.texts('other'), ['x']);
      assert.deepEqual(sender.diary.texts('news'), ['one', '', 'three']);
      assert.deepEqual(sender.diary.texts('other'), []);
    });

    test('what nobody listens to is told of, and only that', async () => {
      const [sender, receiver] = pair();
      await listening(receiver, 'news');
      const unheard: string[] = [];
      sender.carrier.send('news', bytesOf('one'), () => unheard.push('news'));
      const told = new Promise<void>((resolve) => {
        sender.carrier.send('nothing', bytesOf('two'), resolve);
      });
      medium.settle();
      await told;
      await seen(receiver, 'message');
      assert.deepEqual(unheard, []);
    });

    test('every byte is carried, and the message may be used again at once', async () => {
      const [sender, receiver] = pair();
      await listening(receiver, 'bytes');
      const all = Uint8Array.from({ length: 256 }, (_, value) => value);
      const big = new Uint8Array(1024 * 1024).map((_, place) => place % 251);
      const used = new Uint8Array(1024 * 1024);
      for (const message of [all, big]) {
        used.set(message);
        assert.equal(sender.carrier.send('bytes', used.subarray(0, message.length)), true);
        used.fill(0);
      }
      await seen(receiver, 'message', { count: 2 });
      const [first, second] = receiver.diary.messages('bytes');
      assert.ok(first !== undefined && Buffer.from(all).equals(first));
      assert.ok(second !== undefined && Buffer.from(big).equals(second));
    });

    test('listening twice is listening once; after unlisten nothing comes in', async () => {
      const [sender, receiver] = pair();
      await listening(receiver, 'one');
      receiver.carrier.listen('one');
      sender.carrier.send('one', bytesOf('heard'));
      await seen(receiver, 'message');
      receiver.carrier.unlisten('one');
      await listening(receiver, 'two');
      sender.carrier.send('one', bytesOf('unheard'));
      sender.carrier.send('two', bytesOf('last'));
      await seen(receiver, 'message', { channel: 'two' });
      assert.deepEqual(receiver.diary.texts('one'), ['heard']);
      assert.deepEqual(receiver.diary.story(), ['up', 'listening one', 'listening two']);
    });

    test('listened to again in the same turn, it is confirmed once, for the last time it was asked', async () => {
      const [sender, receiver] = pair();
      receiver.carrier.listen('again');
      receiver.carrier.unlisten('again');
      receiver.carrier.listen('again');
      await seen(receiver, 'listening');
      sender.carrier.send('again', bytesOf('x'));
      await seen(receiver, 'message');
      assert.deepEqual(receiver.diary.story(), ['up', 'listening again']);
      assert.deepEqual(receiver.diary.texts('again'), ['x']);
    });

    test('down: said once, nothing is taken, nothing is sent later; up again: all channels are listened to', async () => {
      const [sender, receiver] = pair();
      await listening(receiver, 'one');
      await listening(receiver, 'two');
      await medium.cut();
      for (const node of pair()) await seen(node, 'down');
      const from = receiver.diary.entries.length;
      for (const { carrier } of pair()) {
        assert.equal(carrier.isUp, false);
        assert.equal(carrier.send('one', bytesOf('lost')), false);
      }
      receiver.carrier.unlisten('two');
      receiver.carrier.listen('three');
      await medium.mend();
      for (const node of pair()) await seen(node, 'up', { count: 2 });
      await seen(receiver, 'listening', { count: 2, from });
      assert.deepEqual(receiver.diary.story(from).toSorted(), ['listening one', 'listening three', 'up']);
      assert.equal(receiver.diary.story(from)[0], 'up');
      assert.equal(sender.carrier.send('one', bytesOf('after')), true);
      await seen(receiver, 'message');
      assert.deepEqual(receiver.diary.texts('one'), ['after']);
      assert.equal(receiver.diary.story().filter((what) => what === 'down').length, 1);
    });

    test('closed, it takes nothing and says nothing', async () => {
      const [sender, receiver] = pair();
      const witness = connect();
      await seen(witness, 'up');
      for (const node of [receiver, witness]) await listening(node, 'late');
      await receiver.carrier.close();
      const entries = receiver.diary.entries.length;
      assert.equal(receiver.carrier.isUp, false);
      assert.equal(receiver.carrier.send('late', bytesOf('x')), false);
      sender.carrier.send('late', bytesOf('y'));
      await seen(witness, 'message');
      assert.deepEqual(witness.diary.texts('late'), ['y']);
      assert.equal(receiver.diary.entries.length, entries);
      await witness.carrier.close();
    });
  });
}
