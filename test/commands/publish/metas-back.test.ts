import { expect, test } from 'vitest';
import { metasBack } from '../../../src/commands/publish/metas-back.ts';
import type { PublishedPackage } from '../../../src/repository/published-package.ts';
import { smallPlan } from '../../support/small-plan.ts';

function published(more: Partial<PublishedPackage>): PublishedPackage {
  return {
    ...{ suite: 'trixie', name: 'x', version: '1.0', architecture: 'amd64', fileName: 'x' },
    ...{ size: 1, sha256: '', source: 'hello', depends: '', provides: '', buildKey: '' },
    ...{ buildInputs: '', moduleSigners: '', kernelRelease: '', kernelVersion: '' },
    ...more,
  };
}

const modules = (release: string, kernelVersion: string) =>
  published({
    name: `hello-modules-${release}`,
    version: `1.0+${kernelVersion}`,
    ...{ kernelRelease: release, kernelVersion },
  });
const meta = (release: string, kernelVersion: string) =>
  published({
    name: 'hello-modules-amd64',
    version: `1.0+${kernelVersion}`,
    depends: `hello-modules-${release} (= 1.0+${kernelVersion})`,
  });

/** What is said if the metapackage of the suite trixie changes so. */
function said(
  before: PublishedPackage,
  after: PublishedPackage | undefined,
  others: readonly PublishedPackage[],
): string[] {
  const metas = after === undefined ? [] : [after];
  const suite = { packages: [...others, ...metas], incoming: [], metas };
  const outcome = { suites: new Map([['trixie', suite]]), dropped: [before] };
  return metasBack(outcome, { plan: smallPlan() }).map(({ message }) => message);
}

const OLD = ['6.12.9-amd64', '6.12.9-1'] as const;
const NEW = ['6.16.3-amd64', '6.16.3-1'] as const;
const BOTH = [modules(...OLD), modules(...NEW)];

test('bug: a metapackage that goes back to an older kernel is told, with the reason', () => {
  expect(said(meta(...NEW), meta(...OLD), BOTH)).toEqual([
    'trixie: hello-modules-amd64 goes back from 6.16.3-amd64 to 6.12.9-amd64, because the plan does not have the newer kernel; machines that have the newer kernel keep it',
  ]);
  // The plan of this test has the kernel of OLD: another reason, such as modules that somebody removed.
  const older = ['6.12.8-amd64', '6.12.8-1'] as const;
  expect(said(meta(...OLD), meta(...older), [modules(...older)])).toEqual([
    'trixie: hello-modules-amd64 goes back from 6.12.9-amd64 to 6.12.8-amd64; machines that have the newer kernel keep it',
  ]);
});

test('a metapackage that is gone is told; one for a newer kernel, or of another kind for the same, is not', () => {
  expect(said(meta(...NEW), undefined, BOTH)).toEqual([
    'trixie: hello-modules-amd64 is no longer in the index; machines that have it get no new modules',
  ]);
  expect(said(meta(...OLD), meta(...NEW), BOTH)).toEqual([]);
  expect(said(meta(...NEW), { ...meta(...NEW), version: '1.0+6.16.3-1+1' }, BOTH)).toEqual([]);
  expect(said(modules(...NEW), meta(...OLD), BOTH)).toEqual([]);
});
