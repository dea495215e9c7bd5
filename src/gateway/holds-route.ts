import {
  confirmRequestSchema,
  extendRequestSchema,
  holdRequestSchema,
  releaseRequestSchema,
} from '../protocol/rest.js';
import type { z } from 'zod';
import type { Confirm, Hold, HoldArea, HoldBest } from '../protocol/up.js';
import type { Calls } from './calls.js';
import { type CommandHead, readCommandHead, readEventId, readHoldCommandHead } from './command-head.js';
import type { Exchange } from './exchange.js';
import type { IntegratorDirectory } from './integrators.js';
import { type Problem, problem } from './problem.js';
import type { Request } from './request.js';
import { fault, type JsonObject, readFields, readJsonObject } from './request-body.js';
import { type Caller, notKnown, type RestDoor } from './rest-door.js';
import type { CommandFrame } from './to-command.js';

/** `…/v1/events/{eventId}/holds` and what is below it: each request is the frame of the same name, and goes the same way. */
export class HoldsRoute {
  readonly #door: RestDoor;
  readonly #calls: Calls;
  readonly #directory: IntegratorDirectory;

  constructor(door: RestDoor, calls: Calls, directory: IntegratorDirectory) {
    this.#door = door;
    this.#calls = calls;
    this.#directory = directory;
  }

  /** `GET …/holds` */
  list(request: Request, exchange: Exchange): void {
    const holderId = this.#door.holder(request, exchange);
    const eventId = holderId === null ? null : readEventId(request, exchange);
    if (holderId === null || eventId === null) return;
    const correlation = this.#calls.begin({ exchange, holderId, eventId, status: 200 });
    if (correlation !== null) this.#calls.myHolds(correlation, eventId, holderId);
  }

  /** `POST …/holds` */
  hold(request: Request, exchange: Exchange): void {
    const holderId = this.#door.holder(request, exchange);
    const head = holderId === null ? null : readCommandHead(request, exchange);
    if (holderId === null || head === null) return;
    readJsonObject(exchange, (body) => {
      const frame = readHold(exchange, head, body);
      if (frame !== null) this.#ask(exchange, frame, holderId, 201);
    });
  }

  /** `PATCH …/holds/{holdId}` */
  extend(request: Request, exchange: Exchange): void {
    const holderId = this.#door.holder(request, exchange);
    const head = holderId === null ? null : readHoldCommandHead(request, exchange);
    if (holderId === null || head === null) return;
    readJsonObject(exchange, (body) => {
      if (readFields(exchange, extendRequestSchema, body) === null) return;
      this.#ask(exchange, { kind: 'extend', reqId: 0, ...head }, holderId, 200);
    });
  }

  /** `POST …/holds/{holdId}/release` */
  release(request: Request, exchange: Exchange): void {
    const holderId = this.#door.holder(request, exchange);
    const head = holderId === null ? null : readHoldCommandHead(request, exchange);
    if (holderId === null || head === null) return;
    readJsonObject(exchange, (body) => {
      const asked = readFields(exchange, releaseRequestSchema, body);
      if (asked === null) return;
      const { seats = null, quantity } = asked;
      const frame = { kind: 'release', reqId: 0, ...head, seats } as const;
      this.#ask(exchange, quantity === undefined ? frame : { ...frame, quantity }, holderId, 200);
    });
  }

  /** `DELETE …/holds/{holdId}`; what body there may be means nothing. */
  releaseWhole(request: Request, exchange: Exchange): void {
    const holderId = this.#door.holder(request, exchange);
    const head = holderId === null ? null : readHoldCommandHead(request, exchange);
    if (holderId === null || head === null) return;
    this.#ask(exchange, { kind: 'release', reqId: 0, ...head, seats: null }, holderId, 200);
  }

  /** `POST …/holds/{holdId}/confirm`: by the holder, or in his name by an integrator or the admin. */
  confirm(request: Request, exchange: Exchange): void {
    const caller = this.#door.caller(request, exchange);
    const head = caller === null ? null : readHoldCommandHead(request, exchange);
    if (caller === null || head === null) return;
    readJsonObject(exchange, (body) => {
      const asked = readFields(exchange, confirmRequestSchema, body);
      if (asked === null) return;
      const { orderRef, holderId } = asked;
      const frame: Confirm = { kind: 'confirm', reqId: 0, ...head, orderRef };
      if (caller.kind === 'holder') this.#confirmOwn(exchange, frame, caller.holderId, holderId);
      else this.#confirmForHolder(exchange, frame, caller, holderId);
    });
  }

  #confirmOwn(exchange: Exchange, frame: Confirm, holderId: string, named: string | undefined): void {
    if (named === undefined || named === holderId) this.#ask(exchange, frame, holderId, 201);
    else exchange.problem(problem('forbidden', 'Cannot confirm the hold as the token is of another holder'));
  }

  #confirmForHolder(
    exchange: Exchange,
    frame: Confirm,
    caller: Exclude<Caller, { kind: 'holder' }>,
    holderId: string | undefined,
  ): void {
    if (holderId === undefined) {
      exchange.problem(problem('forbidden', "Cannot confirm the hold as the body does not name its holder's holderId"));
      return;
    }
    const { eventId } = frame;
    const correlation = this.#calls.begin({ exchange, holderId, eventId, status: 201 });
    if (correlation === null) return;
    if (caller.kind === 'admin') {
      this.#calls.command(correlation, frame, holderId, 'server');
      return;
    }
    this.#calls.waitFor(
      correlation,
      () => this.#whyNot(caller.token, eventId),
      (because) => {
        if (because === null) this.#calls.command(correlation, frame, holderId, 'server');
        else this.#calls.refuse(correlation, because);
      },
    );
  }

  /** Null: the token is good for the event. */
  async #whyNot(token: string, eventId: string): Promise<Problem | null> {
    const integrator = await this.#directory.integratorOf(token);
    if (integrator === null) return notKnown;
    const organiserId = await this.#directory.organiserOf(eventId);
    if (organiserId === integrator.organiserId) return null;
    return organiserId === null
      ? problem('unknown_event', `Cannot confirm the hold as there is no such event: eventId is ${eventId}`)
      : problem('forbidden', 'Cannot confirm the hold as the event is of another organiser than the token');
  }

  #ask(exchange: Exchange, frame: CommandFrame, holderId: string, status: 200 | 201): void {
    const { eventId } = frame;
    const correlation = this.#calls.begin({ exchange, holderId, eventId, status });
    if (correlation !== null) this.#calls.command(correlation, frame, holderId, 'holder');
  }
}

const [seatsWish, bestWish, areaWish] = holdRequestSchema.options;

/** The frame that asks for the same. Which of the three is asked for is told by the one key that is there. */
function readHold(exchange: Exchange, head: CommandHead, body: JsonObject): Hold | HoldBest | HoldArea | null {
  const ways = ['seats', 'best', 'area'].filter((key) => body[key] !== undefined);
  if (ways.length !== 1) {
    exchange.problem(fault('body', 'expected one of seats, best, and area with quantity'));
    return null;
  }
  switch (ways[0]) {
    case 'seats': {
      const asked = readFields(exchange, seatsWish, body);
      return asked === null ? null : { kind: 'hold', reqId: 0, ...head, seats: asked.seats };
    }
    case 'area': {
      const asked = readFields(exchange, areaWish, body);
      return asked === null
        ? null
        : { kind: 'holdArea', reqId: 0, ...head, area: asked.area, quantity: asked.quantity };
    }
    default: {
      const asked = readFields(exchange, bestWish, body);
      return asked === null ? null : bestFrame(head, asked.best);
    }
  }
}

function bestFrame(head: CommandHead, best: z.infer<typeof bestWish>['best']): HoldBest {
  const { quantity, together, categories, sections, accessible, near } = best;
  return {
    kind: 'holdBest',
    reqId: 0,
    ...head,
    quantity,
    together,
    ...(categories === undefined ? {} : { categories }),
    ...(sections === undefined ? {} : { sections }),
    ...(accessible === undefined ? {} : { accessible }),
    ...(near === undefined ? {} : { near }),
  };
}
