import { mkdirSync, writeFileSync } from 'node:fs';
import { loadDeclarations } from './commands/commands.ts';
import { bashCompletion } from './commands/documents/bash-completion.ts';
import {
  commandPage,
  type Edition,
  generalPage,
  pageName,
} from './commands/documents/manual-page.ts';
import { zshCompletion } from './commands/documents/zsh-completion.ts';
import { configSchema } from './fleet/config/config-schema.ts';

/**
 * Writes the man pages (man/*.1), the completions (completion/) and the JSON Schema of dkms-deb.yaml below `directory`, from the declarations
 * of the commands. `npm run build` calls it for dist/.
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
  write('completion/_dkms-deb', zshCompletion(declarations));
  write('dkms-deb.schema.json', `${JSON.stringify(configSchema(), null, 2)}\n`);
}
