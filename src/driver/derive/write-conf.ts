import { renderTemplate } from '../../system/text/template.ts';
import type { DerivedBuild } from './derive-conf.ts';

/** The text of dkms.conf for what was derived. */
export function derivedConfText(name: string, version: string, derived: DerivedBuild): string {
  return renderTemplate('debian/dkms-conf', {
    from: derived.from,
    name,
    version,
    make: derived.make ?? '',
    modules: derived.modules.map((module, index) => ({
      index,
      name: module.name,
      location: module.folder === '' ? '' : `${module.folder}/`,
    })),
  });
}
