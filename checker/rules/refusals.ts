import { madeBy } from '../change.js';
import { type EventHistory, nameOf } from '../event-history.js';
import { type Command, isCommand, keyOf, type Operation, refusalOf, type RefusalDetails } from '../history.js';
import type { Knowledge } from '../knowledge.js';
import { holdAt, type HoldStory } from '../hold-story.js';
import type { Timeline } from '../timeline.js';
import type { Report } from '../violations.js';
import { commandsRemembered } from './command-ids.js';

/** The changes after which the refusal can have been decided: it saw all up to `from`, and none after `to`. */
interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * [I10] A refusal rests on what is committed: between call and answer there was a moment, in the journal's order, at which it
 * was right. Gives why there was none, or null.
 */
type Judge = (timeline: Timeline, command: Command, details: RefusalDetails, window: Window) => string | null;

export function checkRefusals(report: Report, timeline: Timeline, knowledge: Knowledge, history: EventHistory): void {
  for (const operation of history.operations) {
    const refusal = refusalOf(operation);
    if (refusal === null || operation.return === null) continue;
    const window = { from: knowledge.knownToWriter(operation.call), to: knowledge.decidedBy(operation.return) };
    // The order itself is broken: real-time.ts tells.
    if (window.from > window.to) continue;
    const { code, details } = refusal;
    const why =
      code === 'idempotency_mismatch'
        ? mismatch(operation, history, window)
        : judge(timeline, operation, code, details, window);
    if (why !== null) {
      report(
        'I10',
        `${refusal.code} between changes ${window.from} and ${window.to}, but ${why}: ${nameOf(operation)}`,
      );
    }
  }
}

/** The id stood for something else: a change before has it. */
function mismatch(operation: Operation, history: EventHistory, { to }: Window): string | null {
  const seq = isCommand(operation) ? history.command(keyOf(operation.client, operation.input.commandId))?.seq : null;
  return seq !== null && seq !== undefined && seq <= to ? null : 'the commandId had stood for nothing before';
}

function judge(
  timeline: Timeline,
  operation: Operation,
  code: string,
  details: RefusalDetails,
  window: Window,
): string | null {
  if (code === 'unknown_event') return 'there is the event';
  const byCode = judges.get(code);
  return byCode === undefined || !isCommand(operation) ? null : byCode(timeline, operation, details, window);
}

const judges: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ['seat_taken', seatTaken],
  ['not_available', notAvailable],
  ['limit_exceeded', limitExceeded],
  ['not_on_sale', notOnSale],
  ['hold_ended', holdEnded],
  ['unknown_hold', unknownHold],
  ['unknown_seat', unknownSeat],
  ['unknown_area', unknownArea],
  ['forbidden', forbidden],
]);

/** At one moment just the seats that the refusal lists were not free, and those that it offers instead were. */
function seatTaken(timeline: Timeline, command: Command, details: RefusalDetails, { from, to }: Window): string | null {
  if (command.op !== 'hold') return `a ${command.op} names no seats`;
  const { seats } = command.input;
  const { seats: taken = [], alternatives = [] } = details;
  if (taken.length === 0 || !taken.every((seat) => seats.includes(seat))) return 'it lists none of the seats asked for';
  const strange = alternatives.find((offer) => new Set(offer).size !== seats.length);
  if (strange !== undefined) return `it offers seats ${strange.join()} for as many as ${seats.length}`;
  const offered = alternatives.flat();
  const isRightAt = (seq: number): boolean =>
    seats.every((seat) => (timeline.stateAt(seat, seq) !== 0) === taken.includes(seat)) &&
    offered.every((seat) => timeline.stateAt(seat, seq) === 0);
  if ([from, ...timeline.touchesOf([...seats, ...offered], from, to)].some(isRightAt)) return null;
  const instead = offered.length === 0 ? '' : ` while ${offered.join()} were free`;
  return `at no moment were just the seats ${taken.join()} of ${seats.join()} taken${instead}`;
}

function notAvailable(timeline: Timeline, command: Command, _details: RefusalDetails, window: Window): string | null {
  const { from, to } = window;
  if (command.op === 'holdArea') {
    const { area, quantity } = command.input;
    const isShort = timeline.areaBetween(area, from, to).some((counts) => counts !== undefined && counts[1] < quantity);
    return isShort ? null : `${area} always had ${quantity} free places`;
  }
  if (command.op !== 'holdBest') return `a ${command.op} takes what it names`;
  // Which seats are good enough is known only where any will do.
  const { quantity, together, categories, sections, accessible = 0 } = command.input;
  if (together !== false || categories !== undefined || sections !== undefined || accessible > 0) return null;
  return timeline.fewestFreeSeats(from, to) < quantity ? null : `there were always ${quantity} free seats`;
}

function limitExceeded(timeline: Timeline, command: Command, _details: RefusalDetails, window: Window): string | null {
  const { from, to } = window;
  const { seatsPerHoldMax, holdsPerHolderMax, seatsPerHolderMax, extensionsPerHoldMax } = timeline.chart.configuration;
  if (command.op === 'extend') {
    const hold = holdNamed(timeline, command);
    const extensions = hold === null ? 0 : (holdAt(hold, to)?.extensions ?? 0);
    return extensions >= extensionsPerHoldMax ? null : `the hold was extended ${extensions} times`;
  }
  const quantity = quantityOf(command);
  if (quantity === null) return `there is no limit to a ${command.op}`;
  if (quantity > seatsPerHoldMax) return null;
  const isFull = timeline
    .holderBetween(command.client, from, to)
    .some(({ liveHolds, seats }) => liveHolds >= holdsPerHolderMax || seats + quantity > seatsPerHolderMax);
  return isFull ? null : `the holder was never at a limit with ${quantity} more`;
}

/** Of a decision between two changes it is only known that its time lies between theirs. */
function notOnSale(
  timeline: Timeline,
  command: Command,
  _details: RefusalDetails,
  { from, to }: Window,
): string | null {
  const { onSaleAtMs, closesAtMs } = timeline.chart.configuration;
  const notBeforeMs = timeline.atMs(from) ?? 0;
  const notAfterMs = timeline.atMs(to + 1) ?? Number.POSITIVE_INFINITY;
  const couldBeEarly = onSaleAtMs !== null && notBeforeMs < onSaleAtMs && command.op !== 'extend';
  const couldBeLate = closesAtMs !== null && notAfterMs >= closesAtMs;
  return couldBeEarly || couldBeLate ? null : 'the event was on sale';
}

function holdEnded(timeline: Timeline, command: Command, { reason }: RefusalDetails, { to }: Window): string | null {
  const hold = holdNamed(timeline, command);
  if (hold === null) return 'the holder never had such a hold';
  if (hold.end === null || hold.end.seq > to) return 'the hold was live';
  if (hold.end.reason !== reason) return `the hold was ${hold.end.reason}, and not ${reason}`;
  return command.op === 'confirm' && reason === 'confirmed' ? 'a repeated confirm gives the booking' : null;
}

function unknownHold(
  timeline: Timeline,
  command: Command,
  _details: RefusalDetails,
  { from, to }: Window,
): string | null {
  const hold = holdNamed(timeline, command);
  if (hold === null || hold.seq > from) return null;
  if (hold.end !== null && to - hold.end.seq >= commandsRemembered) return null;
  // What it has only gets less.
  const least = holdAt(hold, to);
  if (command.op === 'release' && least !== undefined) {
    const { seats, quantity } = command.input;
    if (seats?.some((seat) => !least.seats.includes(seat)) === true) return null;
    if (quantity !== undefined && quantity > (least.places?.quantity ?? 0)) return null;
  }
  return 'the holder had the hold, with all that was asked of it';
}

function unknownSeat(timeline: Timeline, command: Command, { seats }: RefusalDetails): string | null {
  const named =
    command.op === 'hold' ? command.input.seats : command.op === 'holdBest' ? [command.input.near ?? -1] : [];
  const unknown = named.filter((seat) => seat >= timeline.chart.configuration.seatCount);
  if (unknown.length === 0) return 'the event has all the seats';
  return seats === undefined || seats.join() === unknown.join() ? null : `seats ${unknown.join()} are the unknown ones`;
}

function unknownArea(timeline: Timeline, command: Command): string | null {
  const { areas } = timeline.chart.configuration;
  if (command.op === 'holdArea') {
    return areas.some(({ area }) => area === command.input.area) ? 'the event has the area' : null;
  }
  if (command.op !== 'release') return `a ${command.op} names no area`;
  const hold = holdNamed(timeline, command);
  return hold === null || holdAt(hold, hold.seq)?.places === null ? null : 'the hold is of an area';
}

function forbidden(timeline: Timeline, command: Command): string | null {
  if (command.op !== 'confirm' || command.input.by === 'server') return null;
  return timeline.chart.configuration.confirmBy === 'server' ? null : 'holders may confirm';
}

/** The hold that the command names, where it is the client's. */
function holdNamed(timeline: Timeline, { client, input }: Command): HoldStory | null {
  const made = 'holdId' in input ? madeBy(input.holdId) : null;
  const hold = made === null ? undefined : timeline.hold(made.seq);
  return hold !== undefined && hold.epoch === made?.epoch && hold.holderId === client ? hold : null;
}

/** How many seats or places the command would take. */
function quantityOf(command: Command): number | null {
  switch (command.op) {
    case 'hold':
      return command.input.seats.length;
    case 'holdBest':
    case 'holdArea':
      return command.input.quantity;
    default:
      return null;
  }
}
