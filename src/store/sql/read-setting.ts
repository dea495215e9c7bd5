import type { Statement } from '../queryable.js';

/** $1 name. */
export const readSetting: Statement = {
  name: 'read-setting',
  text: 'select value from setting where name = $1',
};

export interface ReadSettingRow {
  readonly value: Uint8Array;
}
