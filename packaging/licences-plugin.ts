import { resolve } from 'node:path';
import type { Plugin } from 'rolldown';
import { InputError, renderTemplate } from '../src/library.ts';
import { type BundledPackage, bundledPackages } from './bundled-packages.ts';

/** The list of bundled packages for the packager. The list is not shipped. */
export const BUNDLED_FILE = 'bundled-packages.json';
/** Names, copyright holders and licences of the bundled packages, shipped in the directory of the bundle. */
export const LICENCES_FILE = 'third-party-licenses.txt';

/** Helpers that rolldown adds to every bundle. */
const RUNTIME = /^\0rolldown\//;

/** Directories of the project with code for the bundle. */
const OWN = ['src', 'packaging'];

/**
 * Lists the npm packages with code in the bundle, and their licences; packages removed by tree shaking are left out.
 * The build fails if a licence is unknown, or if code is neither from the project nor from npm.
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

/** Throws InputError `bundled-licence` for code that is neither from the project nor from an npm package. */
function checkOrigin(project: string, module: string): void {
  if (module.includes('/node_modules/')) return;
  if (OWN.some((directory) => module.startsWith(`${project}/${directory}/`))) return;
  throw new InputError('bundled-licence', 'the origin of this code in the bundle is unknown', {
    where: { file: module },
    hint: 'Use it as an npm package with a licence.',
  });
}

function licencesText(packages: readonly BundledPackage[]): string {
  return renderTemplate('dkms-deb/third-party-licenses', { packages });
}
