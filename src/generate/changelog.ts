import { formatChange, formatEntry, prependEntry } from '../debian/changelog-entry.ts';
import { renderTemplate } from '../system/template.ts';
import type { Driver } from './driver.ts';
import { type GeneratedFile, generated } from './generated-file.ts';
import { UNKNOWN_MAINTAINER } from './maintainer-field.ts';

/**
 * debian/changelog: the first entry, or with `existing` (a changelog of an older version) one more
 * before it; what was there keeps every byte. `timestamp` is the date of the entry in seconds.
 */
export function changelogFile(driver: Driver, timestamp: number, existing?: string): GeneratedFile {
  const template = existing === undefined ? 'changelog-initial' : 'changelog-new-version';
  const change = renderTemplate(`debian/${template}`, { version: driver.conf.version }).trim();
  const entry = {
    source: driver.sourceName,
    version: driver.version,
    distributions: ['unstable'],
    urgency: 'medium',
    changes: formatChange(change),
    maintainer: driver.maintainer?.value ?? UNKNOWN_MAINTAINER,
    timestamp,
  };
  return generated(
    'changelog',
    existing === undefined ? formatEntry(entry) : prependEntry(existing, entry),
  );
}
