/**
 * What clients did and saw: one operation a line of JSON. docs/HISTORIES.md is the page for people who write or read such
 * files with other programs.
 */

/** `[epoch, seq]`: change `seq` of the event, made in epoch `epoch`. */
export type Position = readonly [epoch: number, seq: number];
/** `[area, free, held, booked, blocked]` */
export type AreaCounts = readonly [area: string, free: number, held: number, booked: number, blocked: number];

/** What each operation asks for. */
export interface Inputs {
  hold: { readonly commandId: string; readonly seats: readonly number[] };
  holdBest: {
    readonly commandId: string;
    readonly quantity: number;
    readonly categories?: readonly string[];
    readonly sections?: readonly string[];
    readonly together?: boolean;
    readonly accessible?: number;
    readonly near?: number;
  };
  holdArea: { readonly commandId: string; readonly area: string; readonly quantity: number };
  extend: { readonly commandId: string; readonly holdId: string };
  release: {
    readonly commandId: string;
    readonly holdId: string;
    readonly seats: readonly number[] | null;
    readonly quantity?: number;
  };
  confirm: {
    readonly commandId: string;
    readonly holdId: string;
    readonly orderRef: string;
    /** Left out: by the holder. */
    readonly by?: 'holder' | 'server';
  };
  myHolds: Record<string, never>;
  subscribe: { readonly position: Position | null };
  /** Frame 2 came in. */
  snapshot: Record<string, never>;
  /** Frame 3 came in. */
  delta: Record<string, never>;
  /** Frame 6 came in. */
  holdEnded: Record<string, never>;
  /** Frame 9 came in. */
  holdChanged: Record<string, never>;
  /** What the client showed, its own holds laid over the map. `final`: all faults ended 2 s ago, and nothing happens any more. */
  map: { readonly final?: boolean };
}

export type Op = keyof Inputs;
export type CommandOp = 'hold' | 'holdBest' | 'holdArea' | 'extend' | 'release' | 'confirm';

export interface RefusalDetails {
  readonly seats?: readonly number[];
  readonly alternatives?: readonly (readonly number[])[];
  readonly reason?: string;
  readonly retryAfterMs?: number;
}

/** `body` is what the server sent: nothing is known of its shape. */
export interface Ok {
  readonly ok: { readonly position: Position; readonly body: unknown };
}
export interface Refused {
  readonly refused: { readonly code: string; readonly details: RefusalDetails };
}
export interface Unknown {
  readonly unknown: true;
}
export type Output = Ok | Refused | Unknown;

/** One request and its answer, or one thing seen: then `call` is `return`, the moment at which it came in. */
export type Operation<O extends Op = Op> = {
  readonly [K in O]: {
    /** One program, tab or phone. */
    readonly process: number;
    /** Where it is known: which of the process's sockets it was sent on, in the order of the calls. */
    readonly socket?: number;
    /** holderId */
    readonly client: string;
    readonly op: K;
    readonly eventId: string;
    readonly input: Inputs[K];
    /** Milliseconds by a monotonic clock that all processes of a check share. */
    readonly call: number;
    /** null: no answer came. */
    readonly return: number | null;
    readonly output: Output;
  };
}[O];

export type Command = Operation<CommandOp>;

/** What was asked for. */
export type Asked<O extends Op = Op> = { readonly [K in O]: { readonly op: K; readonly input: Inputs[K] } }[O];

const commandOps: ReadonlySet<string> = new Set<CommandOp>([
  'hold',
  'holdBest',
  'holdArea',
  'extend',
  'release',
  'confirm',
]);

export function isCommand(operation: Operation): operation is Command {
  return commandOps.has(operation.op);
}

/** The answer, where it was accepted or seen. */
export function okOf({ output }: Operation): Ok['ok'] | null {
  return 'ok' in output ? output.ok : null;
}

export function refusalOf({ output }: Operation): Refused['refused'] | null {
  return 'refused' in output ? output.refused : null;
}

/** What a command is remembered under, within its event. */
export function keyOf(holderId: string, commandId: string): string {
  return `${holderId}/${commandId}`;
}
