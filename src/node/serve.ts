import type { Configuration } from '../config/load.js';
import { createPinoLog } from '../observability/pino-log.js';
import { type RunningNode, startNode } from './node.js';

/** Runs the server until it is told to end. Resolves with the exit code. */
export async function serve(configuration: Configuration): Promise<number> {
  const log = createPinoLog(configuration.logLevel, {});
  const node = await startNode(configuration, log);
  process.stdout.write(banner(node, configuration));
  return new Promise((resolve) => {
    let draining = false;
    const end = (signal: string): void => {
      if (draining) {
        log.warn({ signal }, 'Told twice: ending at once');
        node.abandon();
        process.exit(1);
      }
      draining = true;
      log.info({ signal }, 'Draining: clients are sent away, events come to rest; tell me again to end at once');
      node.drain().then(
        () => resolve(0),
        (error: unknown) => {
          log.error({ error }, 'Cannot drain in order');
          resolve(1);
        },
      );
    };
    process.on('SIGTERM', () => end('SIGTERM'));
    process.on('SIGINT', () => end('SIGINT'));
    void node.doomed.then((reason) => {
      log.error({ reason }, 'This node must end');
      node.abandon();
      process.exit(1);
    });
  });
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
