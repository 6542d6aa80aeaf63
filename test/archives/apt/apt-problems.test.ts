import { expect, test } from 'vitest';
import { isFailure, sourceProblems } from '../../../src/archives/apt/apt-problems.ts';
import { parseAptSources } from '../../../src/archives/apt/apt-source.ts';

const SOURCES = parseAptSources(
  `deb http://mirror/debian/ trixie main
deb http://mirror/debian trixie-updates main
deb file:/srv/flat ./
deb http://other s main`,
  'sources.list',
);

// As apt 2.6 prints them.
test.each([
  [
    'a suite that does not exist',
    `Err:2 http://mirror/debian trixie Release
E: The repository 'http://mirror/debian trixie Release' does not have a Release file.`,
    ["The repository 'http://mirror/debian trixie Release' does not have a Release file."],
  ],
  [
    'a wrong key',
    `Err:1 http://mirror/debian trixie InRelease
W: GPG error: http://mirror/debian trixie InRelease: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY D804C5396A7B6275
E: The repository 'http://mirror/debian trixie InRelease' is not signed.`,
    [
      "GPG error: http://mirror/debian trixie InRelease: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY D804C5396A7B6275",
    ],
  ],
  [
    'the cause after the consequence',
    `E: The repository 'http://other s InRelease' is not signed.
E: Failed to fetch http://other/dists/s/InRelease  Clearsigned file isn't valid, got 'NOSPLIT' (does the network require authentication?)`,
    [
      "Failed to fetch http://other/dists/s/InRelease  Clearsigned file isn't valid, got 'NOSPLIT' (does the network require authentication?)",
    ],
  ],
  [
    'two suites of one mirror, and the summary',
    `E: Failed to fetch http://mirror/debian/dists/trixie/main/binary-amd64/Packages.xz  File has unexpected size
E: Failed to fetch http://mirror/debian/dists/trixie/main/binary-all/Packages.xz  404  Not Found
E: Release file for http://mirror/debian/dists/trixie-updates/InRelease is expired (invalid since 3d). Updates for this repository will not be applied.
E: Some index files failed to download. They have been ignored, or old ones used instead.`,
    [
      'Failed to fetch http://mirror/debian/dists/trixie/main/binary-amd64/Packages.xz  File has unexpected size',
      'Release file for http://mirror/debian/dists/trixie-updates/InRelease is expired (invalid since 3d). Updates for this repository will not be applied.',
    ],
  ],
  [
    'a flat repository, and a line about no source',
    `E: The repository 'file:/srv/flat ./ Release' is not signed.
E: Could not open lock file`,
    ["The repository 'file:/srv/flat ./ Release' is not signed.", 'Could not open lock file'],
  ],
])('one message for each source: %s', (_, text, expected) => {
  expect(sourceProblems(text.split('\n'), SOURCES)).toEqual(expected);
});

test.each([
  ['W: GPG error: http://mirror/debian trixie InRelease: NO_PUBKEY D804C5396A7B6275', true],
  ['W: Failed to fetch http://mirror/debian/dists/trixie/InRelease  Could not connect', true],
  ['E: Could not open lock file', true],
  [
    'W: http://mirror/debian/dists/trixie/InRelease: Key is stored in legacy trusted.gpg keyring',
    false,
  ],
  [
    'W: Conflicting distribution: http://mirror/debian trixie InRelease (expected trixie but got sid)',
    false,
  ],
])('a warning about a source that was fetched is not a failure: %s', (line, expected) => {
  expect(isFailure(line)).toBe(expected);
});
