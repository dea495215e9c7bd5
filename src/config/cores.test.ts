import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { usableCores } from './cores.js';

const machine = (files: Record<string, string>) => (path: string) => files[path] ?? null;

describe('usableCores', () => {
  test('without a quota: what the machine has', () => {
    assert.equal(usableCores(machine({}), 8), 8);
    assert.equal(usableCores(machine({ '/sys/fs/cgroup/cpu.max': 'max 100000\n' }), 8), 8);
    assert.equal(
      usableCores(
        machine({ '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' }),
        8,
      ),
      8,
    );
  });

  test('version 2: whole cores of the quota, at least one, never more than the machine has', () => {
    const cores = (quota: string): number => usableCores(machine({ '/sys/fs/cgroup/cpu.max': quota }), 8);
    assert.equal(cores('250000 100000\n'), 2);
    assert.equal(cores('50000 100000\n'), 1);
    assert.equal(cores('1600000 100000\n'), 8);
  });

  test('version 1', () => {
    const files = {
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '300000\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    };
    assert.equal(usableCores(machine(files), 8), 3);
  });

  test('of the quotas of all ancestors the least binds', () => {
    const version2 = {
      '/proc/self/cgroup': '0::/system.slice/usher.service\n',
      '/sys/fs/cgroup/system.slice/cpu.max': '400000 100000\n',
      '/sys/fs/cgroup/system.slice/usher.service/cpu.max': 'max 100000\n',
    };
    assert.equal(usableCores(machine(version2), 8), 4);
    const version1 = {
      '/proc/self/cgroup': '5:memory:/m\n4:cpu,cpuacct:/group/inner\n',
      '/sys/fs/cgroup/cpu/group/inner/cpu.cfs_quota_us': '200000\n',
      '/sys/fs/cgroup/cpu/group/inner/cpu.cfs_period_us': '100000\n',
    };
    assert.equal(usableCores(machine(version1), 8), 2);
  });

  test('here', () => assert.ok(usableCores() >= 1));
});
