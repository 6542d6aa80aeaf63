import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { askRegistry } from '../packaging/ask-registry.ts';
import { type Advisory, judgeAdvisories } from '../packaging/audit-report.ts';
import type { BundledPackage } from '../packaging/bundled-packages.ts';

/**
 * Known vulnerabilities of the npm packages, of the project in the current directory, once it is built:
 *
 *   npm run audit [-- --required]
 *
 * Exit status 1 where code in the bundle has one (see packaging/audit-report.ts); the others are told.
 * A registry that cannot answer is told, loudly; with --required, as for a release, that is status 1.
 */

/** Advisories about code in the bundle that somebody has read: its address, and why it does not matter. */
const ACCEPTED: Readonly<Record<string, string>> = {};

const { values } = parseArgs({ options: { required: { type: 'boolean', default: false } } });
const say = (line: string) => process.stderr.write(`audit: ${line}\n`);
const describe = ({ name, directory, severity, title, url }: Advisory) =>
  `${name} (${directory}): ${severity}: ${title} ${url}`;

const project = process.cwd();
const bundled = JSON.parse(
  await readFile(join(project, 'dist/bundled-packages.json'), 'utf8'),
) as BundledPackage[];
const answer = await askRegistry(project);
if ('notChecked' in answer) {
  say('==================== NOT CHECKED for known vulnerabilities ====================');
  say(answer.notChecked);
  say('Run it again where the registry answers: npm run audit');
  if (values.required) process.exitCode = 1;
} else {
  const directories = new Set(bundled.flatMap((each) => each.directories));
  const { failing, told } = judgeAdvisories(answer.advisories, directories, ACCEPTED);
  for (const advisory of told) say(`note: ${describe(advisory)} (${advisory.why})`);
  for (const advisory of failing) say(`error: ${describe(advisory)}`);
  if (failing.length === 0) {
    say(`the ${bundled.length} packages in the bundle have no known vulnerability that fails`);
  } else {
    say('Update the package, or read the advisory and accept it in scripts/audit.ts.');
    process.exitCode = 1;
  }
}
