import { parseArgs } from 'node:util';
import { limitsAreOn } from './probe.js';
import type { Need } from './rule.js';
import { verdicts } from './suite.js';

const help = `Checks whether a server keeps to the Usher wire protocol, version 1, rule by rule, over real sockets and REST.

  npm run conformance -- --url http://127.0.0.1:8080 --admin-token TOKEN

  --url URL            the web port (required)
  --live-url URL       ws://host:port/v1/live; default: what the first event of the web port says, else port 8081 there
  --admin-token TOKEN  to make charts and events; default: USHER_ADMIN_TOKEN. Without it most rules are skipped
  --only TEXT          rules whose name contains the text
  --json               a line of JSON for each rule
  --help               this

It makes events of its own and leaves them there. Where the server limits new sessions it waits as it is told, some minutes in all; it is
quicker with USHER_SESSIONS_PER_ADDRESS=10000, or with USHER_RATE_LIMIT=off (then the rule on rates is skipped). Exit code 0: every rule that was checked is kept; 1: one is broken; 2: the suite could not run.`;

/** Returns the exit code. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' },
      'live-url': { type: 'string' },
      'admin-token': { type: 'string' },
      only: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || values.url === undefined) {
    console.log(help);
    return values.help ? 0 : 2;
  }
  const webUrl = values.url.replace(/\/+$/, '');
  const liveUrl = values['live-url'] ?? (await liveUrlOf(webUrl));
  const adminToken = values['admin-token'] ?? process.env['USHER_ADMIN_TOKEN'] ?? null;
  const addresses = { webUrl, liveUrl, adminToken };
  const offered = new Set<Need>();
  if (adminToken !== null) offered.add('admin');
  if (await limitsAreOn(addresses)) offered.add('limits');

  const counts = { kept: 0, broken: 0, skipped: 0 };
  for await (const verdict of verdicts(addresses, offered, (name) => name.includes(values.only))) {
    counts[verdict.outcome] += 1;
    if (values.json) console.log(JSON.stringify(verdict));
    else
      console.log(
        `${marks[verdict.outcome]} ${verdict.name}${verdict.detail === null ? '' : `\n    ${indented(verdict.detail)}`}`,
      );
  }
  if (!values.json)
    console.log(`\n${counts.kept} kept, ${counts.broken} broken, ${counts.skipped} skipped: ${webUrl}, ${liveUrl}`);
  return counts.broken === 0 ? 0 : 1;
}

const marks = { kept: 'ok     ', broken: 'BROKEN ', skipped: 'skipped' } as const;

function indented(text: string): string {
  return text.trim().replaceAll('\n', '\n    ');
}

async function liveUrlOf(webUrl: string): Promise<string> {
  const response = await fetch(`${webUrl}/v1/events`);
  const { events } = (await response.json()) as { events: { liveUrl: string }[] };
  const { hostname } = new URL(webUrl);
  return events[0]?.liveUrl ?? `ws://${hostname}:8081/v1/live`;
}

try {
  process.exitCode = await main();
} catch (error) {
  const reason =
    error instanceof Error
      ? `${error.message}${error.cause instanceof Error ? `: ${error.cause.message}` : ''}`
      : String(error);
  console.error(`conformance: Cannot check the server: ${reason}`);
  process.exitCode = 2;
}
