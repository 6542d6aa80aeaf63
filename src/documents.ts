import { mkdirSync, writeFileSync } from 'node:fs';
import { loadDeclarations } from './commands/commands.ts';
import { bashCompletion } from './commands/documents/bash-completion.ts';
import { fishCompletion } from './commands/documents/fish-completion.ts';
import {
  commandPage,
  type Edition,
  generalPage,
  pageName,
} from './commands/documents/manual-page.ts';
import { zshCompletion } from './commands/documents/zsh-completion.ts';
import { configSchema } from './fleet/config/config-schema.ts';
import { sourceTimestamp } from './package/source-date-epoch.ts';
import { headCommit } from './source/snapshot.ts';

/**
 * Returns the date for the man pages: the date in SOURCE_DATE_EPOCH, otherwise the date of the last commit, otherwise
 * ''. The same source gives the same date, and so the same bytes.
 */
export async function documentDate(project: string): Promise<string> {
  const time = sourceTimestamp((await headCommit(project))?.time ?? Number.NaN);
  return Number.isNaN(time) ? '' : new Date(time * 1000).toISOString().slice(0, 10);
}

/**
 * Writes the man pages (man/*.1), the completions (completion/) and the JSON Schema of dkms-deb.yaml below `directory`.
 * Man pages and completions are made from the declarations. `npm run build` calls this function for dist/.
 */
export async function writeDocuments(directory: string, edition: Edition): Promise<void> {
  const declarations = await loadDeclarations();
  const write = (path: string, text: string) => writeFileSync(`${directory}/${path}`, text);
  for (const name of ['man', 'completion']) mkdirSync(`${directory}/${name}`, { recursive: true });
  write('man/dkms-deb.1', generalPage(declarations, edition));
  for (const declaration of declarations) {
    const page = commandPage(declaration, declarations, edition);
    write(`man/${pageName(declaration.name)}.1`, page);
  }
  write('completion/dkms-deb.bash', bashCompletion(declarations));
  write('completion/dkms-deb.fish', fishCompletion(declarations));
  write('completion/_dkms-deb', zshCompletion(declarations));
  write('dkms-deb.schema.json', `${JSON.stringify(configSchema(), null, 2)}\n`);
}
