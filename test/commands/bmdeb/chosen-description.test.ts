import { expect, test } from 'vitest';
import { warnOfUnknown } from '../../../src/commands/bmdeb/chosen-description.ts';
import { UNKNOWN_MAINTAINER } from '../../../src/facts/project/maintainer.ts';
import type { DriverSource } from '../../../src/pipelines/driver-source/driver-source.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { helloDescription } from '../../support/module-build.ts';

function warningsOf(changes: Partial<DriverSource>): string[] {
  const warnings: string[] = [];
  const reporter = { ...silentReporter, warn: (message: string) => warnings.push(message) };
  const source = { description: helloDescription('1.0'), isPackage: false, ...changes };
  warnOfUnknown(source as DriverSource, reporter);
  return warnings;
}

test('warns about missing facts', () => {
  expect(warningsOf({})).toEqual([]);
  expect(warningsOf({ missing: ['copyright'] })).toEqual([
    'debian/ has no copyright; using facts from the source for the packages of modules',
  ]);
  expect(warningsOf({ missing: ['description', 'copyright'], isPackage: true })[0]).toMatch(
    /^the package has no description, no copyright; /,
  );
  const description = { ...helloDescription('1.0'), maintainer: UNKNOWN_MAINTAINER };
  expect(warningsOf({ description })[0]).toMatch(/^no maintainer is known; using /);
});
