import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pageOf } from './event-page.js';
import { Problem } from './problem.js';

const rows = ['a', 'b', 'c', 'd', 'e'].map((eventId) => ({ eventId }));
const idsOf = (query: object): string =>
  pageOf(rows, query)
    .events.map(({ eventId }) => eventId)
    .join('');

describe('a page of the list of events', () => {
  test('is all of it where nothing is said', () => {
    assert.deepEqual(pageOf(rows, {}), { events: rows });
    assert.deepEqual(pageOf([], {}), { events: [] });
  });

  test('page by page the list is seen once, and the last page says so', () => {
    for (const limit of [1, 2, 3, 5, 100]) {
      let seen = '';
      let after: string | undefined;
      do {
        const page = pageOf(rows, { limit: String(limit), ...(after === undefined ? {} : { after }) });
        assert.ok(page.events.length <= limit);
        seen += page.events.map(({ eventId }) => eventId).join('');
        after = page.next;
      } while (after !== undefined);
      assert.equal(seen, 'abcde');
    }
  });

  test('after the last there is nothing', () => assert.equal(idsOf({ after: 'e' }), ''));

  test('400 bad_frame: no such event, no such limit', () => {
    for (const query of [
      { after: 'z' },
      { after: '' },
      { limit: '0' },
      { limit: '1001' },
      { limit: 'ten' },
      { limit: ['1', '2'] },
    ]) {
      assert.throws(() => pageOf(rows, query), Problem, JSON.stringify(query));
    }
  });
});
