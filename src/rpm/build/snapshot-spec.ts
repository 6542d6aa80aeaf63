import { InputError } from '../../errors.ts';
import type { Commit } from '../../source/snapshot.ts';
import { snapshotVersion } from '../../source/snapshot.ts';
import { rpmVersionOf } from '../rpm-version.ts';

const VERSION = /^(Version:[ \t]*)(\S+)[ \t]*$/gim;

/**
 * Returns a spec whose Version names a commit, such as `1.0+git20261121.1a2b3c4`. The number in Release becomes 1. A
 * macro after the number, such as %{?dist}, stays. The version that DKMS sees does not change. Throws InputError
 * `spec-version` if the spec has no Version or several, or if its Version contains a macro.
 */
export function snapshotSpec(text: string, commit: Commit, file: string): string {
  const found = [...text.matchAll(VERSION)];
  const version = found[0]?.[2] ?? '';
  if (found.length !== 1 || !/^[A-Za-z0-9._+~^]+$/.test(version)) {
    throw new InputError(
      'spec-version',
      '--snapshot needs one Version without macros in the spec',
      {
        where: { file },
        hint: 'Write the version into the tag Version itself, or leave --snapshot out.',
      },
    );
  }
  // The versions of snapshots must have the same order in rpm as in dpkg.
  const plain = version.replaceAll('^', '+');
  const snapshot = rpmVersionOf(snapshotVersion(plain.replaceAll('_', '+'), commit)).version;
  return text
    .replace(VERSION, (_, tag: string) => `${tag}${snapshot}`)
    .replace(/^(Release:[ \t]*)[^\s%]+/im, (_, tag: string) => `${tag}1`);
}
