import { resolve } from 'node:path';
import type { Plugin } from 'rolldown';
import { InputError } from '../src/errors.ts';
import { renderTemplate } from '../src/system/text/template.ts';
import { type BundledPackage, bundledPackages } from './bundled-packages.ts';

/** What the bundle's packages are, for those who pack it: not shipped itself. */
export const BUNDLED_FILE = 'bundled-packages.json';
/** Their names, holders and licences in words, shipped beside the bundle. */
export const LICENCES_FILE = 'third-party-licenses.txt';

/** rolldown's own helpers, in whatever it bundles. */
const RUNTIME = /^\0rolldown\//;

/** What of the project itself gets into the bundle. */
const OWN = ['src', 'packaging'];

/**
 * Writes down of which npm packages there is code in the bundle, with their licences; the build fails
 * where one of them has none that is known, and where code comes from elsewhere. What tree shaking
 * leaves out does not count.
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
      for (const module of modules) checkOrigin(project, module);
      const packages = bundledPackages(modules);
      const source = `${JSON.stringify(packages, null, 1)}\n`;
      this.emitFile({ type: 'asset', fileName: BUNDLED_FILE, source });
      this.emitFile({ type: 'asset', fileName: LICENCES_FILE, source: licencesText(packages) });
    },
  };
}

/** InputError `bundled-licence` for code that is neither ours nor of a package of npm: no licence is known. */
function checkOrigin(project: string, module: string): void {
  if (module.includes('/node_modules/')) return;
  if (OWN.some((directory) => module.startsWith(`${project}/${directory}/`))) return;
  throw new InputError('bundled-licence', 'nobody knows where this code in the bundle comes from', {
    where: { file: module },
    hint: 'Bring it as a package of npm, with its licence.',
  });
}

function licencesText(packages: readonly BundledPackage[]): string {
  return renderTemplate('dkms-deb/third-party-licenses', { packages });
}
