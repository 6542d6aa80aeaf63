import { expect } from 'vitest';
import { type SmallPackage, writeSmallPackage } from './small-package.ts';
import { callInProcess } from './verify-command.ts';

/**
 * Returns the findings of `verify` about a package that is written into `directory`, as `level code`,
 * without the good ones.
 */
export async function findingsOf(
  directory: string,
  small: SmallPackage,
  ...options: string[]
): Promise<string[]> {
  return findingsIn(await writeSmallPackage(directory, small), ...options);
}

/** Returns the findings of `verify` about a package file. `options` may name other packages. */
export async function findingsIn(file: string, ...options: string[]): Promise<string[]> {
  const { status, stdout, stderr } = await callInProcess(
    'verify',
    '--json',
    '-q',
    file,
    ...options,
  );
  expect(stderr).toBe('');
  const { packages } = JSON.parse(stdout);
  type Found = { level: string; code: string };
  const [report] = packages;
  const all: Found[] = [
    ...report.findings,
    ...report.modules.flatMap((module: { findings: Found[] }) => module.findings),
  ];
  const errors = packages.reduce((sum: number, one: { errors: number }) => sum + one.errors, 0);
  expect(status).toBe(errors > 0 ? 1 : 0);
  const codes = all.filter(({ level }) => level !== 'ok').map((f) => `${f.level} ${f.code}`);
  expect(report.errors).toBe(codes.filter((code) => code.startsWith('error')).length);
  return codes;
}
