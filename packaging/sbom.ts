import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import type { BundledPackage } from './bundled-packages.ts';
import type { LockFile } from './lock-file.ts';

/** The product that the bill of materials describes. */
export interface Product {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly author: string;
  /** SHA-256 of the .deb in hex. */
  readonly sha256: string;
}

/**
 * Returns the software bill of materials of a .deb (CycloneDX 1.6, JSON): each npm package with code in the bundle,
 * with licence, purl and the checksum of its tarball. The same input gives the same text: there is no serial number,
 * and the time is `timestamp`, in seconds. `npm sbom` lists all installed packages instead, also those for building and
 * testing. Throws InputError `lock-file` in the cases in which LockFile.sha512 throws it.
 */
export function bundleSbom(
  product: Product,
  packages: readonly BundledPackage[],
  lock: LockFile,
  timestamp: number,
): string {
  const components = new Map(packages.map((bundled) => [bundled, packageComponent(bundled, lock)]));
  const root = new Models.Component(Enums.ComponentType.Application, product.name, {
    bomRef: `${product.name}@${product.version}`,
    version: product.version,
    description: product.description,
    purl: `pkg:generic/${product.name}@${product.version}`,
    licenses: new Models.LicenseRepository([declared(product.license)]),
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], product.sha256]]),
    author: product.author,
  });
  connect(root, components, lock);
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ timestamp: new Date(timestamp * 1000), component: root }),
    components: new Models.ComponentRepository(components.values()),
  });
  const normalizer = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  const options = { sortLists: true, space: 1 };
  return `${new Serialize.JsonSerializer(normalizer).serialize(bom, options)}\n`;
}

function packageComponent(bundled: BundledPackage, lock: LockFile): Models.Component {
  const { name, version } = bundled;
  const [scope, bare] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const [hash] = bundled.directories.map((directory) => lock.sha512(directory, version));
  return new Models.Component(Enums.ComponentType.Library, bare ?? name, {
    bomRef: `${name}@${version}`,
    ...(scope === undefined ? {} : { group: scope }),
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    scope: Enums.ComponentScope.Required,
    licenses: new Models.LicenseRepository([declared(bundled.license)]),
    copyright: bundled.copyright.join('\n'),
    hashes: new Models.HashDictionary(
      hash === undefined ? [] : [[Enums.HashAlgorithm['SHA-512'], hash]],
    ),
  });
}

function declared(id: string): Models.SpdxLicense {
  return new Models.SpdxLicense(id, { acknowledgement: Enums.LicenseAcknowledgement.Declared });
}

/**
 * Adds the dependencies between the packages in the bundle. A package becomes a dependency of the
 * product if no other package in the bundle depends on it. Examples are rolldown's runtime, and a package that only a
 * package without code in the bundle needs.
 */
function connect(
  root: Models.Component,
  components: ReadonlyMap<BundledPackage, Models.Component>,
  lock: LockFile,
): void {
  const at = new Map<string, Models.Component>();
  for (const [{ directories }, component] of components) {
    for (const directory of directories) at.set(directory, component);
  }
  const named = new Set<Models.Component>();
  const link = (from: Models.Component, directory: string) => {
    for (const needed of lock.dependencies(directory)) {
      const component = at.get(needed);
      if (component === undefined || component === from) continue;
      from.dependencies.add(component.bomRef);
      named.add(component);
    }
  };
  link(root, '');
  for (const [directory, component] of at) link(component, directory);
  for (const component of components.values()) {
    if (!named.has(component)) root.dependencies.add(component.bomRef);
  }
}
