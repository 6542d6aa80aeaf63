import type { PublishedPackage } from '../../src/repository/published-package.ts';

/** A package of hello's modules in an index. */
export function publishedModules(
  release: string,
  kernelVersion: string,
  more: Partial<PublishedPackage> = {},
): PublishedPackage {
  const version = `1.0-1+${kernelVersion}`;
  return published(`hello-modules-${release}`, version, {
    source: 'hello',
    kernelRelease: release,
    kernelVersion,
    ...more,
  });
}

/** A package in an index. */
export function published(
  name: string,
  version: string,
  more: Partial<PublishedPackage> = {},
): PublishedPackage {
  return {
    suite: 'trixie',
    name,
    version,
    architecture: 'amd64',
    fileName: `pool/main/h/hello/${name}_${version}_amd64.deb`,
    size: 1,
    sha256: '',
    source: name,
    depends: '',
    provides: '',
    buildKey: '',
    buildInputs: '',
    moduleSigners: '',
    kernelRelease: '',
    kernelVersion: '',
    ...more,
  };
}
