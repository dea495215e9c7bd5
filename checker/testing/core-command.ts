import type { Command as CoreCommand } from '../../src/seatmap/command.js';
import type { CommandOp, Inputs } from '../history.js';

/** The command as the core takes it. */
export function coreCommand(op: CommandOp, input: Inputs[CommandOp], client: string): CoreCommand {
  const identity = { holderId: client, commandId: input.commandId, payloadHash: 0 };
  return { kind: op, identity, ...fieldsOf(op, input) } as unknown as CoreCommand;
}

function fieldsOf(op: CommandOp, input: Inputs[CommandOp]): object {
  const { commandId: _, ...fields } = input;
  if (op === 'holdBest') {
    const { quantity, together } = fields as Inputs['holdBest'];
    return { wish: { quantity, together, categories: null, sections: null, accessible: 0, near: null } };
  }
  if (op === 'holdArea') return { places: fields };
  if (op === 'release') return { quantity: null, ...fields };
  return op === 'confirm' ? { ...fields, by: 'holder' } : fields;
}
