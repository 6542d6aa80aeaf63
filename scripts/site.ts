/**
 * npm run site: writes the documentation as a static site into .cache/site, or where `-- -o DIR` says. It needs no
 * server and nothing of the network: open index.html, or copy the directory anywhere. `--base /PATH/` says where the
 * site will be on its server, for the page that is shown for addresses that do not exist.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSite } from './site/build-site.ts';

/** npm runs scripts in the project's directory. */
const project = process.cwd();
const { values } = parseArgs({
  options: {
    output: { type: 'string', short: 'o', default: join(project, '.cache/site') },
    base: { type: 'string', default: '/' },
  },
});
const pages = await buildSite(project, values.output, values.base);
process.stdout.write(`${join(values.output, 'index.html')}: ${pages.length} pages\n`);
