import assert from 'node:assert/strict';
import { connectUsher, type LiveSeatMap, type SessionStore, type UsherClient, UsherError } from '../client/client.js';
import type { AcceptedBody, DownFrame, MyHoldsBody } from '../protocol/down.js';
import type { Subprotocol } from '../protocol/subprotocols.js';
import type { Command, Identity } from '../seatmap/command.js';
import type { History, Operation } from './history.js';
import { MapLooks, type SdkSightings } from './map-looks.js';
import type { Network } from './network.js';
import { Abort, call } from './sdk-call.js';
import type { SeededRandom } from './seeded-random.js';
import { Device, type SocketNetwork } from './socket-network.js';
import type { Tap } from './socket-link.js';
import type { Sometimes } from './sometimes.js';
import { type Asked, WireTap } from './wire-tap.js';
import { Wishes } from './wishes.js';
import type { World } from './world.js';

/** Of one event, what buyers are given. */
export interface SdkGround {
  readonly world: World;
  readonly random: SeededRandom;
  readonly network: Network;
  readonly sockets: SocketNetwork;
  readonly sometimes: Sometimes;
  readonly history: History;
  readonly sightings: SdkSightings;
  readonly eventId: string;
  readonly seatCount: number;
  headSeq(): number;
}

/** A command as its caller knows it, over all holders that it was sent for: a lost token makes a new one. */
interface Call {
  readonly command: Command;
  readonly byHolder: Map<string, Operation>;
}

const liveUrl = 'ws://sim/v1/live';
const sessionsUrl = 'http://sim/v1/sessions';
/** With as many under way a tab gives no more. */
const runningMax = 3;
const lostDeltaRate = 0.003;
const reloadRate = 0.02;
const abortRate = 0.04;
const repeatRate = 0.05;
const crowdRate = 0.004;
/** As many tabs as make it one too many, together with the one that opens them. */
const crowdSize = 8;

/**
 * A program that buys with the real SDK: one tab, which may share its session with others. It holds, extends, releases and
 * confirms, gives commands up, is reloaded, connects again, and gives a command again under its id where the outcome is unknown.
 */
export class SdkBuyer {
  readonly #wishes: Wishes;
  readonly #tap: WireTap;
  readonly #looks: MapLooks;
  readonly #device: Device;
  readonly #calls = new Map<string, Call>();
  #client: UsherClient;
  #map: LiveSeatMap;
  #left = 0;
  #running = 0;
  #commands = 0;
  /** Drawn by the SDK for the command that has just been given. */
  #drawnId = '';
  #holderId: string | null = null;
  readonly #holders = new Set<string>();
  #liveSinceMs = Number.POSITIVE_INFINITY;

  constructor(
    private readonly ground: SdkGround,
    readonly name: string,
    private readonly subprotocol: Subprotocol,
    sessionStore: SessionStore,
    private readonly burstMax: number,
  ) {
    const { world, random, network, sockets, sometimes, history, sightings, eventId, seatCount } = ground;
    this.#wishes = new Wishes(random, history, seatCount);
    this.#looks = new MapLooks(sightings, sometimes);
    this.#tap = new WireTap(world, subprotocol, sometimes, {
      eventId,
      operationOf: (commandId, holderId, askedMs) => this.#operationOf(commandId, holderId, askedMs),
      hears: (frame, asked) => this.#hears(frame, asked),
      took: () => this.#looks.look(this.#map, this.#holders, world.nowMs),
      losesDelta: () => network.lossy && random.chance(lostDeltaRate),
      headSeq: () => ground.headSeq(),
    });
    this.#device = new Device(eventId, sessionStore, random.below(1_000_000_000), this.#tap, (id) => {
      this.#drawnId = id;
    });
    sockets.join(this.#device);
    [this.#client, this.#map] = this.#open();
  }

  get eventId(): string {
    return this.ground.eventId;
  }

  /** All its operations were begun. */
  get idle(): boolean {
    return this.#left === 0;
  }

  /** Every command's promise is settled. */
  get quiet(): boolean {
    return this.#left === 0 && this.#running === 0;
  }

  /** Connected, and following the event, for so long. */
  get liveMs(): number {
    return Math.min(this.ground.world.nowMs - this.#liveSinceMs, this.#tap.followsMs);
  }

  get map(): LiveSeatMap {
    return this.#map;
  }

  get holderId(): string | null {
    return this.#holderId;
  }

  begin(operations: number): void {
    this.#left = operations;
    this.#soon();
  }

  /** Those of its present holder whose outcome is unknown are given again. */
  resolve(): void {
    const { world, random } = this.ground;
    for (const { command } of this.#unknown()) {
      this.#running += 1;
      world.after(random.below(1_000), () => {
        this.#running -= 1;
        this.#give(command, null);
      });
    }
  }

  /** Commands of its present holder without a definite outcome. */
  get unknown(): number {
    return this.#unknown().length;
  }

  #unknown(): Call[] {
    return [...this.#calls.values()].filter(({ byHolder }) => {
      const operation = byHolder.get(this.#holderId ?? '');
      return operation !== undefined && !isKnown(operation);
    });
  }

  reconnect(): void {
    this.#client.reconnect();
  }

  // ── its life ──

  #open(): [UsherClient, LiveSeatMap] {
    const { world, sockets, random, eventId } = this.ground;
    const client = connectUsher({
      liveUrl,
      sessionsUrl,
      subprotocol: this.subprotocol,
      ...sockets.platformOf(this.#device),
    });
    const map = client.subscribe(eventId);
    map.onChange(() => {
      if (this.#map === map) this.#looks.look(map, this.#holders, world.nowMs);
    });
    client.onConnectionState((state) => {
      world.note(state.kind);
      this.#liveSinceMs = state.kind === 'live' ? world.nowMs : Number.POSITIVE_INFINITY;
      if (state.kind === 'live') this.#isHolder(client.holderId ?? '');
      // Another took its place: it comes back when somebody looks at it again.
      if (state.kind === 'closed' && state.reason === 'replaced')
        world.after(random.below(5_000), () => {
          if (this.#client === client) client.reconnect();
        });
    });
    return [client, map];
  }

  #isHolder(holderId: string): void {
    if (this.#holderId === holderId) return;
    if (this.#holderId !== null) {
      this.ground.sometimes.hit('sdk: holder lost with its token');
      this.#wishes.forgetHolds();
    }
    this.#holderId = holderId;
    this.#holders.add(holderId);
  }

  #soon(): void {
    const { world, random } = this.ground;
    world.after(random.below(random.chance(0.02) ? 30_000 : 400), () => this.#next());
  }

  #next(): void {
    if (this.#left === 0) return;
    const { random } = this.ground;
    if (this.#holderId !== null && this.#running < runningMax) {
      const count = random.between(1, Math.min(this.#left, this.burstMax));
      this.#left -= count;
      for (let n = 0; n < count; n += 1) this.#act(this.#holderId);
    }
    if (random.chance(reloadRate)) this.#reload();
    if (random.chance(0.01)) this.#client.reconnect();
    if (random.chance(crowdRate)) this.#crowd();
    this.#soon();
  }

  #act(holderId: string): void {
    const { random } = this.ground;
    if (random.chance(0.15)) this.#askForHolds(holderId);
    const again = random.chance(repeatRate) ? [...this.#calls.values()][random.below(this.#calls.size)] : undefined;
    // What was refused is forgotten, and would be tried anew.
    if (again?.byHolder.get(holderId)?.accepted.length) {
      this.#give(again.command, null);
      return;
    }
    this.#commands += 1;
    const given = random.chance(0.5) ? `${this.name}-command-${this.#commands}` : '';
    const identity: Identity = { holderId, commandId: given, payloadHash: 0 };
    const command = this.#wishes.next(identity, this.#commands);
    this.#give(command, random.chance(abortRate) ? new Abort() : null);
  }

  /** The page is loaded anew: nothing of it is left but the session. */
  #reload(): void {
    this.#client.close();
    this.#looks.forget();
    this.#liveSinceMs = Number.POSITIVE_INFINITY;
    [this.#client, this.#map] = this.#open();
  }

  /** The same holder opens tab after tab, and soon closes them: the oldest sockets have to go. */
  #crowd(): void {
    const { world, sockets, random, eventId } = this.ground;
    for (let n = 0; n < crowdSize; n += 1) {
      const device = new Device(eventId, this.#device.sessionStore, 0, nobodyLooks, () => undefined);
      sockets.join(device);
      const client = connectUsher({ liveUrl, sessionsUrl, ...sockets.platformOf(device) });
      client.subscribe(eventId);
      world.after(500 + random.below(3_000), () => {
        client.close();
        sockets.leave(device);
      });
    }
  }

  #askForHolds(holderId: string): void {
    this.#running += 1;
    const askedMs = this.ground.world.nowMs;
    void this.#client
      .myHolds(this.eventId)
      .then(
        ({ holds }) => this.ground.world.note(`${holderId} ${holds.length} ${askedMs}`),
        (error: unknown) => assert.ok(error instanceof UsherError, `myHolds ended with ${String(error)}`),
      )
      .finally(() => {
        this.#running -= 1;
      });
  }

  /** One command, from the call to its outcome, whatever the SDK does meanwhile. */
  #give(command: Command, abort: Abort | null): void {
    const { world, random } = this.ground;
    const { commandId } = command.identity;
    const promise = call(this.#client, this.eventId, command, {
      ...(commandId === '' ? {} : { commandId }),
      ...(abort === null ? {} : { signal: abort }),
    });
    const id = commandId === '' ? this.#drawnId : commandId;
    const named = { ...command, identity: { ...command.identity, commandId: id } };
    if (!this.#calls.has(id)) this.#calls.set(id, { command: named, byHolder: new Map() });
    this.#operationOf(id, this.#holderId ?? '', world.nowMs);
    this.#running += 1;
    if (abort !== null) world.after(random.below(300), () => abort.now());
    void promise
      .then(
        (body) => this.#done(named, body),
        (error: unknown) => this.#refused(named, error),
      )
      .finally(() => {
        this.#running -= 1;
      });
  }

  /** The promise says what the wire said. */
  #done(command: Command, body: AcceptedBody): void {
    const { commandId } = command.identity;
    const bodies = [...this.#callOf(commandId).byHolder.values()].flatMap(({ accepted }) =>
      accepted.map((a) => a.body),
    );
    const text = JSON.stringify(body);
    assert.ok(
      bodies.some((one) => JSON.stringify(one) === text),
      `a command was fulfilled with what nobody answered to it: ${commandId} with ${text}`,
    );
    this.ground.world.note(text);
    this.#wishes.learn(command, body);
  }

  #refused(command: Command, error: unknown): void {
    if (error === Abort.reason) return;
    assert.ok(error instanceof UsherError, `a command ended with ${String(error)}`);
    this.ground.world.note(error.code);
    if (error.isForNow) return;
    const refusals = [...this.#callOf(command.identity.commandId).byHolder.values()].map(
      ({ refusal }) => refusal?.code,
    );
    assert.ok(
      refusals.includes(`${error.number} ${error.code}`),
      `a command was refused as nobody refused it: ${command.identity.commandId} with ${error.code}`,
    );
    this.#wishes.learn(command, null);
  }

  // ── what the wire says ──

  #operationOf(commandId: string, holderId: string, askedMs: number): Operation | undefined {
    const known = this.#calls.get(commandId);
    if (known === undefined) return undefined;
    const { command, byHolder } = known;
    let operation = byHolder.get(holderId);
    if (operation === undefined) {
      const { identity } = command;
      operation = this.ground.history.begin({ ...command, identity: { ...identity, holderId } }, askedMs);
      byHolder.set(holderId, operation);
    }
    return operation;
  }

  #hears(frame: DownFrame, asked: Asked | null): void {
    const { sometimes, history } = this.ground;
    if (frame[0] === 9) sometimes.hit('sdk: another tab told of a changed hold');
    if (frame[0] === 6 && frame[4] !== 'expired') sometimes.hit('sdk: another tab told of an ended hold');
    if (frame[0] === 4 && asked?.frame.kind === 'myHolds') {
      const { holderId, askedMs } = asked;
      const { nowMs: atMs } = this.ground.world;
      history.reads.push({ holderId, position: frame[2], body: frame[3] as MyHoldsBody, askedMs, atMs });
    }
    this.#looks.heard(frame, asked);
  }

  #callOf(commandId: string): Call {
    const known = this.#calls.get(commandId);
    assert.ok(known !== undefined, `nobody gave this command: ${commandId}`);
    return known;
  }
}

function isKnown({ accepted, refusal }: Operation): boolean {
  return accepted.length > 0 || refusal !== null;
}

const nobodyLooks: Tap = {
  opened: () => undefined,
  slowed: () => undefined,
  sent: () => undefined,
  arriving: () => true,
  arrived: () => undefined,
  ended: () => undefined,
};
