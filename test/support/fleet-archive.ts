import { join } from 'node:path';
import type { StoredKernel } from '../../src/archives/kernels/archive-kernel.ts';
import type { ArchivePackage } from '../../src/archives/kernels/archive-package.ts';
import { openStore } from '../../src/archives/store/header-store.ts';
import type { OpenArchives } from '../../src/pipelines/archive-kernels/open-archives.ts';
import { sha256 } from '../../src/system/files/sha256.ts';

/** Returns a package of a list, whose contents nobody has. */
function listedPackage(name: string, version: string, architecture: string): ArchivePackage {
  const digest = sha256(`${name} ${version} ${architecture}`);
  return {
    name,
    version,
    architecture,
    source: 'linux',
    depends: '',
    provides: '',
    synopsis: '',
    size: 1_000_000,
    sha256: digest,
    fileName: `pool/${name}.deb`,
    index: {
      codename: 'trixie',
      suite: 'trixie',
      origin: 'Debian',
      label: 'Debian',
      component: 'main',
      architecture,
      uri: 'https://example.org/debian/',
      inReleaseSha256: null,
    },
  };
}

/** Returns a kernel as a list of Debian's archive would give it. */
export function listedKernel(
  release: string,
  version: string,
  architecture = 'amd64',
): StoredKernel {
  const own = listedPackage(`linux-headers-${release}`, version, architecture);
  const parts = [
    own,
    listedPackage(`linux-headers-${release.replace(/-[a-z0-9]+$/, '')}-common`, version, 'all'),
    listedPackage(`linux-kbuild-${release.replace(/-[a-z0-9]+$/, '')}`, version, 'amd64'),
  ];
  return {
    release,
    package: own,
    parts,
    missing: [],
    version,
    architecture,
    flavour: release.replace(/^.*-/, ''),
    metapackages: [],
    compiler: 'gcc-14',
    libc: undefined,
    suites: ['trixie'],
    base: 'trixie',
    lists: [],
    size: 3_000_000,
    firstSeen: '2026-01-01',
    lastSeen: '2026-11-27',
  };
}

/** Returns archives with these kernels; nothing can be fetched from them. */
export function listedArchives(directory: string, kernels: readonly StoredKernel[]): OpenArchives {
  return {
    kernels,
    store: openStore(join(directory, 'store')),
    root: undefined,
    compilerRoot: async () => undefined,
    host: 'amd64',
    decided: (_base, { compiler, target }) => [
      {
        name: compiler,
        version: '14.2.0-19',
        architecture: 'amd64',
        sha256: sha256(`${compiler} ${target}`),
      },
    ],
  };
}
