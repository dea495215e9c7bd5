import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Reads a whole file; null where it cannot be read. */
export type ReadText = (path: string) => string | null;

/**
 * How many whole cores this process may use: what its cgroup grants where that is less than the machine has. A quota is
 * invisible to `availableParallelism`, and threads beyond it are stalled by the kernel.
 *
 * Source: Linux kernel documentation, "Control Group v2" (`cpu.max`) and "CFS Bandwidth Control" (version 1).
 */
export function usableCores(readText: ReadText = readTextFile, machineCores = availableParallelism()): number {
  const quotas = [...quotasOfVersion2(readText), ...quotasOfVersion1(readText)];
  return Math.max(1, Math.floor(Math.min(machineCores, ...quotas)));
}

/** `cpu.max` holds quota and period in microseconds: `150000 100000`, or `max 100000`. */
function quotasOfVersion2(readText: ReadText): number[] {
  const own = /^0::(\/.*)$/m.exec(readText('/proc/self/cgroup') ?? '')?.[1];
  return foldersUpFrom(own).flatMap((folder) => {
    const [quota, period] = (readText(`/sys/fs/cgroup${folder}/cpu.max`) ?? '').trim().split(/\s+/);
    return ratio(quota, period);
  });
}

/** The quota is −1 where there is none. */
function quotasOfVersion1(readText: ReadText): number[] {
  const own = /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(\/.*)$/m.exec(readText('/proc/self/cgroup') ?? '')?.[1];
  return foldersUpFrom(own).flatMap((folder) => {
    const read = (file: string): string | undefined => readText(`/sys/fs/cgroup/cpu${folder}/${file}`) ?? undefined;
    return ratio(read('cpu.cfs_quota_us'), read('cpu.cfs_period_us'));
  });
}

/** `/a/b` → `/a/b`, `/a`, and the root: every ancestor's quota binds. In a container the root is the container's own. */
function foldersUpFrom(path: string | undefined): string[] {
  const names = (path ?? '').split('/').filter((name) => name !== '');
  return [...names.keys(), names.length].map((depth) =>
    names
      .slice(0, depth)
      .map((name) => `/${name}`)
      .join(''),
  );
}

function ratio(quota: string | undefined, period: string | undefined): number[] {
  const cores = Number(quota) / Number(period);
  return Number.isFinite(cores) && cores > 0 ? [cores] : [];
}

function readTextFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
