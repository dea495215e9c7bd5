import type { Queryable } from '../store/queryable.js';
import { verdictOf } from '../store/sqlstate.js';
import { Problem } from './problem.js';

const retryAfterMs = 1000;

/**
 * The database as a request meets it: while Postgres cannot be reached, or is busy with itself, the request is answered
 * `unavailable`. What Postgres refuses for good is thrown as it came.
 */
export function unavailableWithoutStore(database: Queryable): Queryable {
  return {
    async query(statement) {
      try {
        return await database.query(statement);
      } catch (error) {
        if (verdictOf(error) === 'refused') throw error;
        throw new Problem(
          'unavailable',
          'Cannot answer as the database cannot be reached: ask again',
          { retryAfterMs },
          error,
        );
      }
    },
  };
}
