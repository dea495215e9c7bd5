import { type Command, isCommand, keyOf, okOf, type Operation } from './history.js';

/** A command, through all its attempts, and what the journal says of it. */
export interface CommandStory {
  readonly key: string;
  /** In the order of their calls; at least one. */
  readonly attempts: readonly Command[];
  readonly first: Command;
  /** The change that it made, or null. */
  seq: number | null;
  /** More than one change has its key: the id came up again after it was forgotten, or the server is broken. */
  isRepeated: boolean;
}

/** What all clients did and saw of one event. */
export class EventHistory {
  /** In the order of the calls. */
  readonly operations: readonly Operation[];
  /** Answers that were accepted, and all that was seen, in the order in which it came in. */
  readonly seen: readonly Operation[];
  readonly #commands = new Map<string, CommandStory>();
  /** Changes of commands that no operation tells of. */
  readonly unsent: { readonly key: string; readonly seq: number }[] = [];

  constructor(operations: readonly Operation[]) {
    this.operations = operations.toSorted((one, other) => one.call - other.call);
    this.seen = operations.filter((operation) => okOf(operation) !== null).toSorted(byReturn);
    for (const operation of this.operations) if (isCommand(operation)) this.#attempted(operation);
  }

  /** In the order of the first calls. */
  get commands(): IterableIterator<CommandStory> {
    return this.#commands.values();
  }

  command(key: string): CommandStory | undefined {
    return this.#commands.get(key);
  }

  /** The journal says that the command made change `seq`. */
  made(key: string, seq: number): void {
    const story = this.#commands.get(key);
    if (story === undefined) this.unsent.push({ key, seq });
    else if (story.seq === null) story.seq = seq;
    else story.isRepeated = true;
  }

  #attempted(command: Command): void {
    const key = keyOf(command.client, command.input.commandId);
    const known = this.#commands.get(key);
    if (known === undefined) {
      this.#commands.set(key, { key, attempts: [command], first: command, seq: null, isRepeated: false });
    } else {
      (known.attempts as Command[]).push(command);
    }
  }
}

function byReturn(one: Operation, other: Operation): number {
  return returnOf(one) - returnOf(other);
}

export function returnOf(operation: Operation): number {
  return operation.return ?? Number.POSITIVE_INFINITY;
}

/** Names an operation in messages. */
export function nameOf(operation: Operation): string {
  const id = isCommand(operation) ? ` ${operation.input.commandId}` : '';
  return `${operation.op}${id} of ${operation.client} (process ${operation.process}, at ${operation.call} ms)`;
}
