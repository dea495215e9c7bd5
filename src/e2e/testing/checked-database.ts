import { emptyTestDatabase, type TestDatabase } from '../../store/testing/postgres.js';
import { checkJournals } from './independent-check.js';

/** A new database without tables for a whole server: before it goes, the independent checker reads its journals and tables. */
export async function checkedDatabase(): Promise<TestDatabase> {
  const database = await emptyTestDatabase();
  return {
    url: database.url,
    drop: async () => {
      try {
        await checkJournals(database.url);
      } finally {
        await database.drop();
      }
    },
  };
}
