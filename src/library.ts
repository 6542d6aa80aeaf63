/**
 * The functions of src/ that other programs of the project, such as packaging/, may use. Those programs import from
 * this file only (test/packaging/imports.test.ts). Everything else may change with any commit.
 */

export { plainMember, writeDeb } from './archive/deb-writer.ts';
export { installedSize } from './archive/staged/installed-size.ts';
export { md5sums } from './archive/staged/md5sums.ts';
export { StagedTree } from './archive/staged/staged-tree.ts';
export { type Maintainer, parseChangelog } from './debian/changelog.ts';
export { formatChange, formatEntry } from './debian/changelog-entry.ts';
export { type CopyrightLicense, filePattern, formatCopyright } from './debian/copyright.ts';
export { debFileName } from './debian/deb-file-name.ts';
export { parseDeb822 } from './debian/deb822.ts';
export { parsePerson } from './debian/person.ts';
export { spdxToDep5 } from './debian/spdx.ts';
export { licenseText } from './debianize/files/copyright-file.ts';
export { DkmsDebError, InputError, UsageError } from './errors.ts';
export { findCopyrights, formatHolder } from './facts/licence/copyright-holders.ts';
export { plainWords } from './facts/licence/licence-texts.ts';
export { binaryControl } from './package/binary-control.ts';
export { compressDocumentation } from './package/debhelper/dh-compress.ts';
export { sourceTimestamp } from './package/source-date-epoch.ts';
export { TextReporter } from './report/text-reporter.ts';
export { headCommit } from './source/snapshot.ts';
export { prepareOutputDirectory, writeWhole } from './system/files/output.ts';
export { sha256 } from './system/files/sha256.ts';
export { cleanUpNow, withTemporaryDirectory } from './system/process/cleanup.ts';
export { ANY_STATUS, run } from './system/process/run.ts';
export { renderTemplate } from './system/text/template.ts';
