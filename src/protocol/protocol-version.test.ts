import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { closeCodes, codeNumbers } from './codes.js';
import { downNumbers } from './down.js';
import { goldenFiles } from './golden-frames.js';
import { protocolLimits } from './limits.js';
import { subprotocols } from './subprotocols.js';
import { upNumbers } from './up.js';

/** Of everything that clients out there rely on. It changes only together with docs/PROTOCOL.md. */
const pinned = 'a782de8a64322007';

test('[§1] the wire of version 1 does not change silently', () => {
  const shape = {
    subprotocols,
    upNumbers,
    downNumbers,
    codeNumbers,
    closeCodes,
    protocolLimits,
    golden: goldenFiles(),
  };
  const hash = createHash('sha256').update(JSON.stringify(shape)).digest('hex').slice(0, 16);
  assert.equal(
    hash,
    pinned,
    `Cannot accept the wire as it is not the one that was pinned: its hash is ${hash}.
Was this not on purpose? Then undo it: a client out there would break.
On purpose, within version 1, you may only add: a frame, a trailing field, an optional key, a code. Then
  1. say it in docs/PROTOCOL.md,
  2. add golden frames for it (src/protocol/golden/README.md says how), and leave the recorded ones as they are,
  3. set \`pinned\` in this file to the hash above.
Anything else is version 2: a new pair of subprotocols beside these.`,
  );
});
