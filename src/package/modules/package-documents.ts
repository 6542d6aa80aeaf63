import type { StagedTree } from '../../archive/staged/staged-tree.ts';
import { parseChangelog } from '../../debian/changelog.ts';
import { formatChange, formatEntry } from '../../debian/changelog-entry.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { renderTemplate } from '../../system/text/template.ts';
import { gzip } from '../debhelper/dh-compress.ts';
import { trimChangelog } from '../debhelper/dh-installchangelogs.ts';
import type { DriverDescription } from '../driver-description.ts';

/** Returns the text of the change for the latest changelog entry of a package for one kernel. */
export function changeForKernel(
  { source, sourceVersion }: DriverDescription,
  { release, packageVersion = '' }: Pick<KernelHeaders, 'release' | 'packageVersion'>,
): string {
  const data = { source, version: sourceVersion, release, kernelVersion: packageVersion };
  return renderTemplate('package/modules-changelog', data).trim();
}

/** Adds changelog and copyright (Policy 12.7, 12.5) to a package. `change` is the text of the latest entry. */
export async function stageDocuments(
  tree: StagedTree,
  about: { name: string; version: string; driver: DriverDescription; timestamp: number },
  change: string,
): Promise<void> {
  const { name, version, driver, timestamp } = about;
  const [latest] = parseChangelog(driver.changelog, 'changelog', {
    maxEntries: 1,
    onProblem: () => {},
  });
  const entry = formatEntry({
    source: driver.source,
    version,
    distributions: driver.distributions,
    urgency: 'medium',
    changes: formatChange(change),
    maintainer: driver.maintainer,
    // The entry gets a later date than the entry below it, because lintian requires that.
    timestamp: Math.max(timestamp, (latest?.timestamp ?? 0) + 1),
  });
  const changelog = latest === undefined ? entry : `${entry}\n${driver.changelog}`;
  const directory = `usr/share/doc/${name}`;
  // The name of the changelog depends on whether the version is native (lintian:
  // wrong-name-for-changelog-of-native-package).
  const file = driver.version.includes('-') ? 'changelog.Debian.gz' : 'changelog.gz';
  const bytes = await gzip(Buffer.from(trimChangelog(changelog, name)));
  tree.addFile(`${directory}/${file}`, { bytes });
  tree.addFile(`${directory}/copyright`, { bytes: Buffer.from(driver.copyright) });
}
