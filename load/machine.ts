import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { median } from './measurement.js';
import type { Row } from './report.js';

const syncs = 200;
const pageBytes = 8_192;

/** What a figure means nothing without. `folder`: where the data will lie. */
export function machineFacts(folder: string): readonly Row[] {
  return [
    ['processor', `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores`],
    ['memory', `${Math.round(totalmem() / 2 ** 30)} GiB`],
    ['system', `Linux ${release()}, Node ${process.version}, load average ${loadavg()[0]?.toFixed(2)} before the run`],
    [
      'storage',
      `fdatasync of ${pageBytes} bytes takes ${syncMs(folder).toFixed(3)} ms (median of ${syncs}), ${fileSystemOf(folder)}`,
    ],
  ];
}

function syncMs(folder: string): number {
  const file = openSync(join(folder, 'sync-probe'), 'w');
  const page = Buffer.alloc(pageBytes);
  try {
    const times = Array.from({ length: syncs }, () => {
      const startMs = performance.now();
      writeSync(file, page, 0, pageBytes, 0);
      fdatasyncSync(file);
      return performance.now() - startMs;
    });
    return median(times);
  } finally {
    closeSync(file);
  }
}

/** The mount with the longest path that the folder lies below. */
function fileSystemOf(folder: string): string {
  const mounts = readFileSync('/proc/mounts', 'utf8').trim().split('\n');
  let longest = '';
  let type = 'unknown file system';
  for (const mount of mounts) {
    const [, path = '', name = ''] = mount.split(' ');
    const below = path === '/' || folder === path || folder.startsWith(`${path}/`);
    if (below && path.length >= longest.length) [longest, type] = [path, name];
  }
  return type;
}
