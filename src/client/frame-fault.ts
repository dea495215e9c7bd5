import { protocolLimits } from '../protocol/limits.js';
import { readUp } from '../protocol/read-up.js';
import { upToWire } from '../protocol/up-to-wire.js';
import type { CommandDraft } from './running-command.js';

/**
 * Why no server would read this command, or null. Such a command is not sent: to a frame that cannot be read the answer may
 * have no reqId, and one that is too long ends the connection, so that it would be tried again in vain.
 */
export function frameFault(draft: CommandDraft): string | null {
  const wire = upToWire({ ...draft, reqId: protocolLimits.reqIdMax });
  const read = readUp(wire);
  if (read.kind === 'bad') return read.message;
  const lists = draft.kind === 'holdBest' ? [draft.categories, draft.sections] : [];
  const most = protocolLimits.itemsPerContainerMax;
  if (lists.some((list) => list !== undefined && list.length > most)) {
    return `Cannot send the command as a list in it is too long: ${most} items are the most`;
  }
  // JSON is the longer one of the two encodings.
  const bytes = new TextEncoder().encode(JSON.stringify(wire)).length;
  if (bytes <= protocolLimits.messageBytesMax) return null;
  return `Cannot send the command as it is too long: ${bytes} bytes, ${protocolLimits.messageBytesMax} are the most`;
}
