import type { Configuration } from '../config/load.js';
import { createPinoLog } from '../observability/pino-log.js';
import { type RunningNode, startNode } from './node.js';

/**
 * Runs the server until it is told to end. Resolves with the exit code.
 *
 *     starting ──(told)──► ends once it has started, so that nothing of it stays behind
 *     serving ──(told)──► draining ──► 0
 *     told twice: ends at once, 1
 */
export async function serve(configuration: Configuration): Promise<number> {
  const log = createPinoLog(configuration.logLevel, {});
  let node: RunningNode | null = null;
  let told = false;
  const ended = new Promise<void>((resolve) => {
    const end = (signal: string): void => {
      if (told) {
        log.warn({ signal }, 'Told twice: ending at once');
        node?.abandon();
        process.exit(1);
      }
      told = true;
      log.info(
        { signal },
        'Draining: events go to other nodes, clients are sent away, what is left comes to rest; tell me again to end at once',
      );
      resolve();
    };
    process.on('SIGTERM', () => end('SIGTERM'));
    process.on('SIGINT', () => end('SIGINT'));
  });

  const serving = await startNode(configuration, log);
  node = serving;
  void serving.doomed.then((reason) => {
    log.error({ reason }, 'This node must end');
    serving.abandon();
    process.exit(1);
  });
  if (!told) process.stdout.write(banner(serving, configuration));
  await ended;
  try {
    await serving.drain();
    return 0;
  } catch (error) {
    log.error({ error }, 'Cannot drain in order');
    return 1;
  }
}

function banner(node: RunningNode, configuration: Configuration): string {
  const lines = ['Usher is ready', `  web    ${node.webUrl}`, `  live   ${node.liveUrl}`, `  admin  ${node.adminUrl}`];
  if (configuration.demo) lines.push(`  demo   ${node.webUrl}?event=demo`);
  if (node.generatedAdminToken !== null) {
    lines.push(
      `  admin token  ${node.generatedAdminToken}`,
      '  (told this once: keep it; USHER_ADMIN_TOKEN sets another)',
    );
  }
  lines.push(...node.notices.map((notice) => `  note   ${notice}`));
  return `${lines.join('\n')}\n`;
}
