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
const warned: string[] = [];
const reporter = { warn: (text: string, hint = '') => void warned.push(`${text}: ${hint}`) };
const chosen = (filter: object) => {
  warned.length = 0;
  return chooseKernels(KERNELS, { ...ALL, ...filter }, reporter).map(nameOf);
};

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
  expect(() => chosen({ since: '2027-01-01' })).toThrowError(
    expect.objectContaining({
      message: 'none of the chosen kernels was first seen on 2027-01-01 or later',
      hint: expect.stringMatching(/^Choose an earlier day .* on 20\d\d-\d\d-\d\d\.$/),
    }),
  );
});

test('bug: the day that is proposed for --since is one of a kernel that --latest leaves', () => {
  // An older kernel that came later than the newest one.
  const kernels = [
    kernel('6.12.10-amd64', ['trixie'], { firstSeen: '2026-11-10' }),
    kernel('6.12.9-amd64', ['trixie'], { firstSeen: '2026-11-20' }),
  ];
  const filter = { ...ALL, latest: 1 };
  expect(() => chooseKernels(kernels, { ...filter, since: '2026-12-01' }, reporter)).toThrowError(
    expect.objectContaining({ hint: expect.stringContaining('was first seen on 2026-11-10.') }),
  );
  expect(chooseKernels(kernels, { ...filter, since: '2026-11-10' }, reporter)).toHaveLength(1);
});

test.each([
  [{ flavours: ['cluod-amd64'] }, 'Did you mean cloud-amd64? Choose among: '],
  [{ architectures: ['amd46'] }, 'Did you mean amd64? Choose among: '],
  // The flavour is right, but the architecture is not.
  [{ flavours: ['arm64'], architectures: ['arm46'] }, 'Did you mean arm64? Choose among: '],
  [{ flavours: ['rt'], architectures: ['s390x'] }, 'Choose among: '],
])('a misspelt name that leaves no kernel is an error that asks: %j', (filter, hint) => {
  expect(() => chosen(filter)).toThrowError(
    expect.objectContaining({
      code: 'no-kernel-matches',
      hint: expect.stringMatching(new RegExp(`^${hint.replace('?', '\\?')}`)),
    }),
  );
});

test('a misspelt name beside a right one is told', () => {
  expect(chosen({ flavours: ['amd64', 'cluod-amd64'] })).toHaveLength(3);
  expect(warned).toEqual([
    'the chosen suites have no kernel of the flavour cluod-amd64: Did you mean cloud-amd64? Choose among: amd64, cloud-amd64.',
  ]);
  expect(chosen({ architectures: ['amd64', 's390x'] })).toHaveLength(4);
  expect(warned).toEqual([
    'the chosen suites have no kernel of the architecture s390x: Choose among: amd64, arm64.',
  ]);
  chosen({ flavours: ['amd64'] });
  expect(warned).toEqual([]);
});
