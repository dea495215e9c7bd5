import type { Statement } from '../queryable.js';

/** $1 name, $2 value. A row where it was written; none where another start was faster, which is waited for. */
export const insertSetting: Statement = {
  name: 'insert-setting',
  text: 'insert into setting (name, value) values ($1, $2) on conflict (name) do nothing returning name',
};
