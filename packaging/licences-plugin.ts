import { resolve } from 'node:path';
import type { Plugin } from 'rolldown';
import { renderTemplate } from '../src/system/template.ts';
import { type BundledPackage, bundledPackages } from './bundled-packages.ts';

/** What the bundle's packages are, for those who pack it: not shipped itself. */
export const BUNDLED_FILE = 'bundled-packages.json';
/** Their names, holders and licences in words, shipped beside the bundle. */
export const LICENCES_FILE = 'third-party-licenses.txt';

/** rolldown's own helpers, in whatever it bundles. */
const RUNTIME = /^\0rolldown\//;

/**
 * Writes down of which npm packages there is code in the bundle, with their licences; the build fails
 * where one of them has none that is known. What tree shaking leaves out does not count.
 */
export function licencesPlugin(project: string): Plugin {
  return {
    name: 'licences',
    generateBundle(_, bundle) {
      const modules = new Set<string>();
      for (const output of Object.values(bundle)) {
        if (output.type !== 'chunk') continue;
        for (const [id, { renderedLength }] of Object.entries(output.modules)) {
          if (RUNTIME.test(id)) modules.add(resolve(project, 'node_modules/rolldown/runtime'));
          else if (renderedLength > 0) modules.add(id);
        }
      }
      const packages = bundledPackages(modules);
      const source = `${JSON.stringify(packages, null, 1)}\n`;
      this.emitFile({ type: 'asset', fileName: BUNDLED_FILE, source });
      this.emitFile({ type: 'asset', fileName: LICENCES_FILE, source: licencesText(packages) });
    },
  };
}

function licencesText(packages: readonly BundledPackage[]): string {
  return renderTemplate('dkms-deb/third-party-licenses', { packages });
}
