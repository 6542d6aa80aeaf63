import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import handlebars from 'handlebars';
import type { Plugin } from 'rolldown';

/** Templates for dkms-deb's own package, which the program does not need. */
const OWN = 'dkms-deb/';

/**
 * Replaces src/system/text/load-template.ts in the bundle by the program's templates in compiled form, so that the
 * bundle needs only the runtime of handlebars.
 */
export function templatesPlugin(project: string): Plugin {
  const directory = join(project, 'templates');
  return {
    name: 'templates',
    load: {
      filter: { id: /\/src\/system\/text\/load-template\.ts$/ },
      handler() {
        const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
        const templates = files
          .filter((file) => file.endsWith('.hbs') && !file.startsWith(OWN))
          .sort();
        const compiled = templates.map((file) => {
          this.addWatchFile(join(directory, file));
          const text = readFileSync(join(directory, file), 'utf8');
          const code = handlebars.precompile(text, { noEscape: true, strict: true });
          return `${JSON.stringify(file.replace(/\.hbs$/, ''))}: ${code}`;
        });
        return `import handlebars from 'handlebars/runtime.js';
const compiled = {${compiled.join(',\n')}};
export const loadTemplate = (name) => handlebars.template(compiled[name]);`;
      },
    },
  };
}
