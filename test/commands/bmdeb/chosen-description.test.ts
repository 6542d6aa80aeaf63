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

test('what nobody has said of the packages is told', () => {
  expect(warningsOf({})).toEqual([]);
  expect(warningsOf({ missing: ['copyright'] })).toEqual([
    'debian/ has no copyright: the packages of modules have what the sources tell instead',
  ]);
  expect(warningsOf({ missing: ['description', 'copyright'], isPackage: true })[0]).toMatch(
    /^the package has no description, no copyright: /,
  );
  const description = { ...helloDescription('1.0'), maintainer: UNKNOWN_MAINTAINER };
  expect(warningsOf({ description })[0]).toMatch(/^nobody says whose packages these are: /);
});
