import { expect, test } from 'vitest';
import type { StoredKernel } from '../../../src/archives/kernels/archive-kernel.ts';
import { chooseKernels, nameOf } from '../../../src/archives/kernels/choose-kernels.ts';

function kernel(release: string, suites: string[], more: Partial<StoredKernel> = {}): StoredKernel {
  const version = `${/^[\d.]+/.exec(release)?.[0]}-1`;
  const base = (suites[0] ?? '').replace(/-.*/, '');
  const own = { name: `linux-headers-${release}` };
  const days = { firstSeen: '2026-11-01', lastSeen: '2026-11-27' };
  return {
    release,
    suites,
    base,
    version,
    architecture: 'amd64',
    flavour: 'amd64',
    package: own,
    ...days,
    ...more,
  } as StoredKernel;
}

const KERNELS = [
  kernel('6.12.9-amd64', ['trixie']),
  kernel('6.12.10-amd64', ['trixie-security'], { firstSeen: '2026-11-20' }),
  kernel('6.12.10-cloud-amd64', ['trixie-security'], { flavour: 'cloud-amd64' }),
  kernel('7.3.4-amd64', ['trixie-backports']),
  kernel('6.12.9-arm64', ['trixie'], { architecture: 'arm64', flavour: 'arm64' }),
];
const ALL = {
  patterns: [],
  architectures: ['amd64'],
  flavours: [],
  latest: undefined,
  since: undefined,
};
const chosen = (filter: object) => chooseKernels(KERNELS, { ...ALL, ...filter }).map(nameOf);

test('kernels of the wanted architectures and flavours, the newest of each line first', () => {
  expect(chosen({})).toEqual([
    '6.12.10-amd64',
    '6.12.9-amd64',
    '6.12.10-cloud-amd64',
    '7.3.4-amd64',
  ]);
  expect(chosen({ flavours: ['cloud-amd64'] })).toEqual(['6.12.10-cloud-amd64']);
  expect(chosen({ architectures: ['arm64'] })).toEqual(['6.12.9-arm64']);
});

test('the latest of a suite counts its security suite in, and backports apart', () => {
  expect(chosen({ latest: 1 })).toEqual(['6.12.10-amd64', '6.12.10-cloud-amd64', '7.3.4-amd64']);
});

test('patterns and days', () => {
  expect(chosen({ patterns: ['6.12.*'] })).toHaveLength(3);
  expect(chosen({ patterns: ['7.3.4-amd64', '7.3.4-amd64'] })).toEqual(['7.3.4-amd64']);
  expect(chosen({ since: '2026-11-15' })).toEqual(['6.12.10-amd64']);
});

test('what matches nothing is an error that says what there is', () => {
  expect(() => chosen({ patterns: ['6.12.10-amd46'] })).toThrowError(
    expect.objectContaining({
      code: 'no-kernel-matches',
      hint: expect.stringContaining('Did you mean 6.12.10-amd64?'),
    }),
  );
  expect(() => chosen({ flavours: ['rt'] })).toThrowError(
    expect.objectContaining({ hint: expect.stringContaining('cloud-amd64 (amd64)') }),
  );
  expect(() => chosen({ since: '2027-01-01' })).toThrowError(/first seen since/);
});
