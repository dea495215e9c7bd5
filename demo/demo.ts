import { connectUsher, type EventDetails, listEvents, readChart, readEvent, UsherError } from 'usher/client';
import { runAsProgram } from '../load/entry.js';
import { readOptions } from '../load/options.js';
import { UsageError } from '../src/lib/usage-error.js';
import { seededRandom } from '../src/sim/seeded-random.js';
import { Buyer } from './buyer.js';
import { familiesOf } from './families.js';
import { Hall } from './hall.js';
import { Households, tellingWebSocket } from './households.js';
import { Pace } from './pace.js';
import { placesOf, progressLine, ProgressPrinter } from './progress.js';
import { Tally } from './tally.js';

const usage = `Simulated people who look at an event, choose seats, hesitate, pay or do not: npm run demo -- --buyers 200 --event demo
It needs a running server (npm start) and ends with Ctrl-C, or when everything is sold.`;

const options = {
  buyers: { kind: 'number', prose: 'people at a time', default: 200, min: 1, max: 10_000 },
  event: { kind: 'text', prose: 'id of the event', default: 'demo' },
  url: { kind: 'text', prose: "the server's web port", default: 'http://127.0.0.1:8080' },
  duration: { kind: 'number', prose: 'seconds; 0: until Ctrl-C', default: 0, min: 0, max: 86_400 },
  speed: { kind: 'number', prose: 'how many times faster than real people they are', default: 1, min: 1, max: 100 },
  sockets: {
    kind: 'number',
    prose: 'sockets that they share; the server admits 64 of one address unless told otherwise',
    default: 32,
    min: 1,
    max: 10_000,
  },
  seed: { kind: 'number', prose: 'another one makes other people', default: 1, min: 0, max: 2 ** 31 - 1 },
} as const;

/** People come one after the other, all within this time. */
const arrivalMs = 200;
const arrivalsMaxMs = 40_000;
/** For the first map, and for giving everything back at the end. */
const firstMapMs = 10_000;
const endMs = 5_000;

const crowdedOut =
  'The server admits no more people of one address for now, so some wait. To lift that: USHER_RATE_LIMIT=off npm start';

async function demo(args: readonly string[]): Promise<void> {
  const values = readOptions(usage, options, args);
  if (values === null) return;
  const event = await findEvent(values.url, values.event);
  const hall = new Hall(await readChart(values.url, event.eventId));
  const printer = new ProgressPrinter(process.stdout);
  const onCrowdedOut = once(() => printer.say(crowdedOut));
  const sessionsUrl = sessionsOf(event.liveUrl);

  const watcher = connectUsher({ liveUrl: event.liveUrl, sessionsUrl, webSocket: tellingWebSocket(onCrowdedOut) });
  const pace = new Pace(values.speed);
  const households = new Households({ event, sessionsUrl, socketsMax: values.sockets, pace, onCrowdedOut });
  try {
    const map = watcher.subscribe(event.eventId);
    await inTime(map.whenReady, firstMapMs, `no seat map came from ${event.liveUrl} within ${firstMapMs / 1000} s`);
    const tally = new Tally();
    const buyers = Array.from({ length: values.buyers }, (_, at) => {
      const random = seededRandom(values.seed + at * 7919);
      const arrivesWithinMs = Math.min(arrivalsMaxMs, values.buyers * arrivalMs);
      const families = familiesOf(hall);
      return new Buyer({ name: `${at}`, event, hall, families, households, pace, tally, random, arrivesWithinMs });
    });

    printer.say(`${values.buyers} people come to "${event.name}"; Ctrl-C ends it`);
    if (event.confirmBy === 'server') printer.say('Only a server may confirm for this event: everybody gives back');
    const startMs = performance.now();
    const end = endOfDemo(values.duration);
    const show = () => {
      const places = placesOf(map);
      const states = buyers.map(({ state }) => state);
      printer.show(progressLine({ elapsedMs: performance.now() - startMs, states, tally, places }));
      if (places.free + places.held === 0) end.now('everything is sold');
    };
    show();
    const ticker = setInterval(show, printer.everyMs);
    const lives = Promise.all(buyers.map((buyer) => buyer.live()));
    const why = await Promise.race([end.reason, lives.then(() => 'everybody has left')]).finally(() => {
      clearInterval(ticker);
      show();
      pace.end();
    });
    await Promise.race([lives, new Promise((resolve) => setTimeout(resolve, endMs).unref())]);
    printer.end();
    summarize(why, tally, printer);
  } finally {
    pace.end();
    households.close();
    watcher.close();
  }
}

async function findEvent(webUrl: string, eventId: string): Promise<EventDetails> {
  try {
    return await readEvent(webUrl, eventId);
  } catch (error) {
    if (!(error instanceof UsherError)) throw error;
    if (error.code === 'unavailable') {
      throw new UsageError(
        `Cannot find a server at ${webUrl}: start one with npm start, or name it with --url (${error.message})`,
      );
    }
    const ids = (await listEvents(webUrl)).map((event) => event.eventId);
    throw new UsageError(`There is no event ${eventId} at ${webUrl}; there is ${ids.join(', ') || 'none'}`);
  }
}

/** Sessions of the live port: those of the web port are left to whoever watches in a browser. */
function sessionsOf(liveUrl: string): string {
  return new URL('/v1/sessions', liveUrl.replace(/^ws/, 'http')).href;
}

/** Settles when the time is over, with Ctrl-C, or when somebody says so. A second Ctrl-C ends the process at once. */
function endOfDemo(durationSeconds: number): { readonly reason: Promise<string>; now(reason: string): void } {
  let now: (reason: string) => void = () => {};
  const reason = new Promise<string>((resolve) => {
    now = resolve;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(`stopped by ${signal}`));
    if (durationSeconds > 0) setTimeout(resolve, durationSeconds * 1000, 'the time is over').unref();
  });
  return { reason, now };
}

function summarize(why: string, tally: Tally, printer: ProgressPrinter): void {
  const { holds, bookings, placesBooked, givenBack, abandoned, refusalsByCode } = tally;
  const refusals = refusalsByCode.map(([code, count]) => `${count} ${code}`).join(', ');
  printer.say(
    `Ended as ${why}: ${holds} holds, of which ${bookings} were booked (${placesBooked} places), ${givenBack} given back, ${abandoned} abandoned`,
  );
  if (refusals !== '') printer.say(`Refused: ${refusals}`);
}

function inTime(ready: Promise<void>, timeoutMs: number, why: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new UsageError(`Cannot begin as ${why}`)), timeoutMs);
  });
  return Promise.race([ready, late]).finally(() => clearTimeout(timer));
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) action();
    isDone = true;
  };
}

runAsProgram(import.meta.url, demo);
