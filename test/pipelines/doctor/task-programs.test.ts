import { expect, test } from 'vitest';
import { TASKS } from '../../../src/pipelines/doctor/machine-finding.ts';
import { PROGRAMS } from '../../../src/pipelines/doctor/task-programs.ts';
import { PACKAGE_OF } from '../../../src/system/process/programs.ts';

test('every program that dkms-deb runs belongs to a task, and no other', () => {
  const named = TASKS.flatMap((task) => [
    ...PROGRAMS[task].needs,
    ...Object.keys(PROGRAMS[task].uses),
  ]);
  expect([...new Set(named)].sort()).toEqual(Object.keys(PACKAGE_OF).sort());
});

test('no task names a program twice', () => {
  for (const task of TASKS) {
    const { needs, uses } = PROGRAMS[task];
    const names = [...needs, ...Object.keys(uses)];
    expect(names, task).toEqual([...new Set(names)]);
  }
});
