// Brings the option table in docs/OPERATING.md up to date: npm run build && node dist/scripts/write-options-table.js
import { readFileSync, writeFileSync } from 'node:fs';
import { withOptionsTable } from '../src/config/options-table.js';

const path = new URL('../../docs/OPERATING.md', import.meta.url);
writeFileSync(path, withOptionsTable(readFileSync(path, 'utf8')));
