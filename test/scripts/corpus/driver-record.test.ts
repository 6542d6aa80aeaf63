import { describe, expect, test } from 'vitest';
import {
  type DriverRecord,
  firstError,
  isRight,
  type KernelBuild,
  optionOfHint,
  outcome,
} from '../../../scripts/corpus/driver-record.ts';

const built = (modules: KernelBuild['modules']): KernelBuild => ({
  status: 'built',
  reason: '',
  modules,
});
const failed: KernelBuild = { status: 'failed', reason: 'x.c:1: error: no', modules: {} };
const one = { 'a.ko': { bytes: '1', code: '1' } };

describe('outcome', () => {
  test.each([
    ['same', built(one), built(one)],
    ['code', built(one), built({ 'a.ko': { bytes: '2', code: '1' } })],
    ['names', built(one), built({ 'a.ko': { bytes: '2', code: '2' } })],
    ['differs', built(one), built({ 'b.ko': { bytes: '1', code: '1' } })],
    ['differs', built(one), built({ ...one, 'b.ko': { bytes: '1', code: '1' } })],
    ['missing', built(one), failed],
    ['missing', built(one), undefined],
    ['fails too', failed, failed],
    ['fails too', undefined, undefined],
    ['more', failed, built(one)],
  ])('%s', (expected, real, ours) => {
    expect(outcome(real, ours)).toBe(expected);
  });

  test('other bytes are right only where the own make of a tree is the judge', () => {
    const record = (kind: DriverRecord['kind']) => ({ kind }) as DriverRecord;
    expect(isRight(record('none'), 'names')).toBe(true);
    expect(isRight(record('root'), 'names')).toBe(false);
    expect(isRight(record('root'), 'same')).toBe(true);
    expect(isRight(record('none'), 'missing')).toBe(false);
  });
});

test('the first error is the compiler’s, not that of make', () => {
  const log = 'make[1]: *** [x.o] Error 1\n/tmp/a/build/x.c:3:1: error: unknown type\nerror: no';
  expect(firstError(log)).toBe('x.c:3:1: error: unknown type');
  expect(firstError('all is well')).toBe('');
});

test.each([
  ['Run init with --set PACKAGE_VERSION=1.2.', ['--set', 'PACKAGE_VERSION=0.1']],
  ["Set it with --set 'PACKAGE_NAME=foo'.", ['--set', 'PACKAGE_NAME=driver']],
  ['choose one: --conf a/dkms.conf or --conf b/dkms.conf', ['--conf', 'a/dkms.conf']],
  ['Say which: --debian-version 1.0', ['--debian-version', '0.1']],
  ['Name it with --conf FILE.', ['--conf', 'x/dkms.conf']],
  ['Install gcc.', undefined],
])('the option that a hint asks for: %s', (hint, expected) => {
  expect(optionOfHint(hint, ['x/dkms.conf'])).toEqual(expected);
});
