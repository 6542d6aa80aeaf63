import { describe, expect, test } from 'vitest';
import { DEFAULT_RETENTION, type RetainedFacts, retained } from '../../src/repository/retention.ts';

const now = new Date('2026-11-27T00:00:00Z');

function modules(release: string, kernelVersion: string, version = '1.0-1'): RetainedFacts {
  const name = `hello-modules-${release}`;
  return {
    name,
    version: `${version}+${kernelVersion}`,
    architecture: 'amd64',
    fileName: `pool/${name}_${version}`,
    kernelRelease: release,
    kernelVersion,
  };
}

/** The kernels 6.12.1 to 6.12.9 of one flavour. */
const NINE = Array.from({ length: 9 }, (_, i) =>
  modules(`6.12.${i + 1}+deb13-amd64`, `6.12.${i + 1}-1`),
);

function keep(
  packages: readonly RetainedFacts[],
  daysGone: (release: string) => number | undefined,
  named: (one: RetainedFacts) => boolean = () => false,
): string[] {
  const lastOffered = (release: string) => {
    const days = daysGone(release);
    return days === undefined ? undefined : new Date(now.getTime() - days * 24 * 3600e3);
  };
  return retained(packages, { lastOffered, now }, DEFAULT_RETENTION, named).map(
    ({ name }) => /-modules-(\S+?)\+deb/.exec(name)?.[1] ?? name,
  );
}

describe('modules stay in the index', () => {
  test('while a suite has their kernel, and for 180 days after that', () => {
    const gone = (release: string) => (/6\.12\.[1-6]\+/.test(release) ? 181 : 180);
    expect(keep(NINE.slice(0, 7), gone)).toEqual(['6.12.5', '6.12.6', '6.12.7']);
    expect(keep(NINE, () => 0)).toHaveLength(9);
    expect(keep(NINE, () => undefined)).toHaveLength(9);
  });

  test('if the kernel is among the newest three of its flavour, by version and not by name', () => {
    expect(keep(NINE, () => 999)).toEqual(['6.12.7', '6.12.8', '6.12.9']);
    const ten = [...NINE, modules('6.12.10+deb13-amd64', '6.12.10-1')];
    expect(keep(ten, () => 999)).toEqual(['6.12.8', '6.12.9', '6.12.10']);
    const cloud = NINE.map((one) => ({
      ...one,
      name: one.name.replace('-amd64', '-cloud-amd64'),
      kernelRelease: one.kernelRelease.replace('-amd64', '-cloud-amd64'),
    }));
    expect(keep([...NINE, ...cloud], () => 999)).toHaveLength(6);
  });

  test('if a metapackage depends on them', () => {
    expect(
      keep(
        NINE,
        () => 999,
        ({ name }) => name.includes('6.12.2+'),
      ),
    ).toEqual(['6.12.2', '6.12.7', '6.12.8', '6.12.9']);
  });

  test('in two versions; debug data goes with its modules', () => {
    const [old, middle, young] = ['1.0-1', '1.1-1', '1.10-1'].map((version) =>
      modules('6.12.9+deb13-amd64', '6.12.9-1', version),
    );
    if (!old || !middle || !young) throw new Error('three packages');
    const known = { lastOffered: () => now, now };
    const kept = retained([young, old, middle], known, DEFAULT_RETENTION, () => false);
    expect(kept).toEqual([young, middle]);
    const debug = NINE.map((one) => ({
      ...one,
      name: `${one.name}-dbgsym`,
      kernelRelease: '',
      kernelVersion: '',
    }));
    expect(keep([...NINE, ...debug], () => 999)).toHaveLength(6);
  });
});

test('packages without a kernel stay in two versions', () => {
  const keyring = ['1', '2', '3'].map((version) => ({
    name: 'acme-archive-keyring',
    version,
    architecture: 'all',
    fileName: version,
    kernelRelease: '',
    kernelVersion: '',
  }));
  const known = { lastOffered: () => new Date(0), now };
  const kept = retained(keyring, known, DEFAULT_RETENTION, () => false);
  expect(kept.map(({ version }) => version)).toEqual(['2', '3']);
});
